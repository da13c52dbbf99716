using System.Reflection;
using System.Text.RegularExpressions;
using ActorChat.Server.Options;
using ActorChat.Storage;

namespace ActorChat.Server.Tests.Docs;

/// <summary>What the README and the docs say is true, as far as a program can tell.</summary>
public partial class ReadmeTests
{
    public static readonly string Root = RootFolder();

    public static string Readme => File.ReadAllText(Path.Combine(Root, "README.md"));

    static string RootFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ActorChat.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run below the solution.");
    }

    public static TheoryData<string> Documents => [.. Directory.GetFiles(Root, "*.md").Concat(Directory.GetFiles(Path.Combine(Root, "docs"), "*.md")).Select(f => Path.GetRelativePath(Root, f))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_leads_somewhere(string document)
    {
        var text = File.ReadAllText(Path.Combine(Root, document));
        foreach (Match link in Link().Matches(text))
        {
            var target = link.Groups[1].Value;
            if (target.Contains("://", StringComparison.Ordinal)) continue;
            var parts = target.Split('#', 2);
            var file = parts[0].Length == 0 ? Path.Combine(Root, document) : Path.Combine(Root, Path.GetDirectoryName(document)!, parts[0]);
            Assert.True(File.Exists(file), $"{document} links to {target}, which is not there.");
            if (parts.Length == 2) Assert.Contains(parts[1], Anchors(file));
        }
    }

    static IEnumerable<string> Anchors(string file) => File.ReadLines(file)
        .Where(line => line.StartsWith('#'))
        .Select(line => NotInAnAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [Theory]
    [InlineData(typeof(StorageOptions), "Storage")]
    [InlineData(typeof(LimitsOptions), "Limits")]
    [InlineData(typeof(AuthOptions), "Auth")]
    [InlineData(typeof(AiOptions), "Ai")]
    public void Every_setting_is_in_the_readme_and_no_other(Type options, string section)
    {
        var readme = Readme;
        var written = Regex.Matches(readme, $"`{section}:(\\w+)`").Select(m => m.Groups[1].Value).Order();
        Assert.Equal(options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name).Order(), written.Distinct());
    }

    [Fact]
    public void The_defaults_that_the_readme_tells_are_those_of_the_settings_file()
    {
        var readme = Readme;
        var limits = new LimitsOptions();
        Assert.Contains($"| `Limits:FrameBytes`, `Limits:TextBytes` | {limits.FrameBytes}, {limits.TextBytes} |", readme, StringComparison.Ordinal);
        Assert.Contains($"| `Limits:MessagesPerSecond`, `Limits:MessagesBurst` | {limits.MessagesPerSecond}, {limits.MessagesBurst} |", readme, StringComparison.Ordinal);
        Assert.Contains($"| `Limits:RequestsPerSecond`, `Limits:RequestsBurst` | {limits.RequestsPerSecond}, {limits.RequestsBurst} |", readme, StringComparison.Ordinal);
        Assert.Contains($"| `Limits:Connections`, `Limits:ConnectionsBeforeHello` | {limits.Connections}, {limits.ConnectionsBeforeHello} |", readme, StringComparison.Ordinal);
        Assert.Contains($"| `Limits:HandshakesPerSecond`, `Limits:HandshakesBurst` | {limits.HandshakesPerSecond}, {limits.HandshakesBurst} |", readme, StringComparison.Ordinal);
        Assert.Contains($"| `Limits:ConnectionsPerAddress`, `Limits:ConnectionsPerUser` | {limits.ConnectionsPerAddress}, {limits.ConnectionsPerUser} |", readme, StringComparison.Ordinal);
        Assert.Contains($"| `Storage:ConnectionString` | `{new StorageOptions().ConnectionString}` |", readme, StringComparison.Ordinal);
        Assert.Contains("http://localhost:8765", readme, StringComparison.Ordinal);
    }

    [Fact]
    public void The_start_command_names_a_project_that_is_there()
    {
        var readme = Readme;
        var project = Regex.Match(readme, "dotnet run --project (\\S+)").Groups[1].Value;
        Assert.True(File.Exists(Path.Combine(Root, project, Path.GetFileName(project) + ".csproj")));
        Assert.Contains("\ndotnet test\n", readme, StringComparison.Ordinal);
    }

    // The names of all tests, by their attribute: a name in a comment is none.
    static readonly Lazy<HashSet<string>> Specs = new(() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories).SelectMany(file => SpecMethod().Matches(File.ReadAllText(file))).Select(m => m.Groups[1].Value),
    ]);

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_spec_that_a_document_names_exists(string document)
    {
        foreach (Match name in SpecName().Matches(File.ReadAllText(Path.Combine(Root, document)))) Assert.Contains(name.Groups[1].Value, Specs.Value);
    }

    [Theory]
    [InlineData("architecture.md", "What happens when something fails")]
    [InlineData("operations.md", "What may come in")]
    public void Every_row_of_a_table_of_promises_names_its_spec(string document, string heading)
    {
        var rows = File.ReadLines(Path.Combine(Root, "docs", document))
            .SkipWhile(line => line != $"## {heading}").Skip(1).TakeWhile(line => !line.StartsWith('#')).Where(line => line.StartsWith('|')).Skip(2).ToArray();
        Assert.True(rows.Length > 5);
        foreach (var row in rows) Assert.Matches(SpecName(), row.Split('|', StringSplitOptions.TrimEntries)[^2]);
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnAnchor();

    [GeneratedRegex(@"`([A-Z]\w+(?:_\w+){3,})`")]
    private static partial Regex SpecName();

    [GeneratedRegex(@"\[\w*(?:Fact|Theory)\b[^\]]*\]\s*(?:\[[^\n]*\](?:\s*//[^\n]*)?\s*)*(?:public|internal) (?:async )?(?:Task|void)(?:<\w+>)? (\w+)\(")]
    private static partial Regex SpecMethod();
}
