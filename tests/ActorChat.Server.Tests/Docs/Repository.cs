using System.Text.RegularExpressions;

namespace ActorChat.Server.Tests.Docs;

/// <summary>The files of the repository that the tests run in.</summary>
static partial class Repository
{
    public static readonly string Root = FindRoot();

    /// <summary>All documents, relative to <see cref="Root"/>.</summary>
    public static IEnumerable<string> Documents => Directory.GetFiles(Root, "*.md")
        .Concat(Directory.GetFiles(Path.Combine(Root, "docs"), "*.md"))
        .Select(file => Path.GetRelativePath(Root, file));

    public static string Read(string document) => File.ReadAllText(Path.Combine(Root, document));

    /// <summary>The anchors that a renderer makes from the headings of a document.</summary>
    public static IEnumerable<string> Anchors(string file) => File.ReadLines(file)
        .Where(line => line.StartsWith('#'))
        .Select(line => NotInAnAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ActorChat.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run below the solution.");
    }

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnAnchor();
}
