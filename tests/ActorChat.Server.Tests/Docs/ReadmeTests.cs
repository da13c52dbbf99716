using System.Reflection;
using System.Text.RegularExpressions;
using ActorChat.Server.Options;
using ActorChat.Storage;

namespace ActorChat.Server.Tests.Docs;

/// <summary>What the README and the docs say is true, as far as a program can tell.</summary>
public partial class ReadmeTests
{
    static string Root => Repository.Root;

    public static string Readme => Repository.Read("README.md");

    public static TheoryData<string> Documents => [.. Repository.Documents];

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
            if (parts.Length == 2) Assert.Contains(parts[1], Repository.Anchors(file));
        }
    }

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

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
