using System.Security.Cryptography;
using System.Text;

namespace ActorChat.Server.Page;

/// <summary>Identifies the version of the page's files. A loaded page compares it to learn that a newer version exists.</summary>
static class PageBuild
{
    // 64 bits of the hash distinguish versions. Nobody gains anything by forging one.
    const int Characters = 16;

    /// <summary>Hashes the names and contents of all files. Null if the folder has no files.</summary>
    public static string? Of(string? folder)
    {
        if (!Directory.Exists(folder)) return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(folder, f).Replace('\\', '/'));
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
