using System.Text.RegularExpressions;

namespace ActorChat.Server.Tests.Docs;

/// <summary>
/// The table of promises and their tests in docs/verification.md. It is made from the source files, so it does not depend on which test
/// projects were built.
/// </summary>
static partial class PromiseTable
{
    public const string Document = "docs/verification.md";
    public const string Begin = "<!-- begin: generated promises -->";
    public const string End = "<!-- end: generated promises -->";

    /// <summary>Every marked test: the promise and the file, relative to the root. A test of two promises is there twice.</summary>
    public static IReadOnlyList<(string Id, string File)> Marks() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .SelectMany(file => Attribute().Matches(Repository.Read(file))
                .SelectMany(mark => Id().Matches(mark.Groups[1].Value).Select(id => (id.Groups[1].Value, file)))),
    ];

    public static string Render()
    {
        var marks = Marks().ToLookup(mark => mark.Id, mark => mark.File);
        var rows = Promise.All.Select(promise =>
        {
            var files = marks[promise.Id].GroupBy(file => file)
                .Select(file => $"[{Path.GetFileNameWithoutExtension(file.Key)}](../{file.Key}) {file.Count()}");
            return $"| **{promise.Id}** {promise.Title} | {promise.Text} | {string.Join(", ", files)} |\n";
        });
        return "| promise | what holds | tests |\n|---|---|---|\n" + string.Concat(rows);
    }

    public static string Committed()
    {
        var text = Repository.Read(Document);
        return text[(text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..text.IndexOf(
            End, StringComparison.Ordinal)].Trim() + "\n";
    }

    public static void Write()
    {
        var text = Repository.Read(Document);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = text.IndexOf(End, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(Repository.Root, Document), $"{text[..begin]}\n{Render()}{text[end..]}");
    }

    [GeneratedRegex(@"^\s*\[Promise\(([^)]*)\)\]", RegexOptions.Multiline)]
    private static partial Regex Attribute();

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Id();
}
