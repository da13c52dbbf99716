using System.Text.RegularExpressions;

namespace ActorChat.Server.Tests.Docs;

public partial class LinkTests
{
    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_leads_somewhere(string document)
    {
        foreach (Match link in Link().Matches(Repository.Read(document)))
        {
            var target = link.Groups[1].Value;
            if (target.Contains("://", StringComparison.Ordinal)) continue;
            var parts = target.Split('#', 2);
            var path = parts[0].Length == 0
                ? Path.Combine(Repository.Root, document)
                : Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, parts[0]);
            Assert.True(File.Exists(path) || Directory.Exists(path), $"{document} links to {target}, which does not exist.");
            if (parts.Length == 2) Assert.Contains(parts[1], Repository.Anchors(path));
        }
    }

    public static TheoryData<string> Documents => [.. Repository.Documents];

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
