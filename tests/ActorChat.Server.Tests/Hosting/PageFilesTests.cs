using System.Text.RegularExpressions;
using ActorChat.Server.Tests.Docs;

namespace ActorChat.Server.Tests.Hosting;

/// <summary>The page has no build step that would notice a forgotten module: the lists in index.html are what loads early and what works offline.</summary>
public class PageFilesTests
{
    static readonly string Page = Path.Combine(ReadmeTests.Root, "wwwroot");

    [Fact]
    public void Every_module_and_style_is_listed_in_the_page_once_and_nothing_else_is()
    {
        var html = File.ReadAllText(Path.Combine(Page, "index.html"));
        var listed = Regex.Matches(html, "(?:href|src)=\"((?:js|css)/[^\"]+)\"").Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal);
        var files = Directory.EnumerateFiles(Page, "*.*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Page, f).Replace('\\', '/'))
            .Where(f => Regex.IsMatch(f, "^(js|css)/.*\\.(js|css)$") && !f.EndsWith("types.js", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        Assert.Equal(files, listed);
    }

    [Fact]
    public void Modules_stay_small_enough_to_be_read_at_once() =>
        Assert.All(Directory.EnumerateFiles(Path.Combine(Page, "js"), "*.js", SearchOption.AllDirectories), file => Assert.InRange(File.ReadLines(file).Count(), 1, 150));
}
