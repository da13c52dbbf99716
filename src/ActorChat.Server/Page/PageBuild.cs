using System.Security.Cryptography;
using System.Text;

namespace ActorChat.Server.Page;

/// <summary>What the page's files are, in a few characters: a page that was loaded from others learns from it that there is a newer one.</summary>
public static class PageBuild
{
    // Enough to tell versions apart; nobody has a reason to forge one.
    const int Characters = 16;

    /// <summary>A hash over the names and contents of all files; null where there are none.</summary>
    public static string? Of(string? folder)
    {
        if (!Directory.Exists(folder)) return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(f => Path.GetRelativePath(folder, f).Replace('\\', '/'));
        if (files.Count == 0) return null;
        foreach (var (name, file) in files.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var content = File.ReadAllBytes(file);
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{content.Length}\0"));
            hash.AppendData(content);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Characters];
    }
}
