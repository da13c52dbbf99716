using System.Text.RegularExpressions;
using ActorChat.Server.Page;
using ActorChat.Server.Tests.Docs;

namespace ActorChat.Server.Tests.Page;

/// <summary>The page has no build step that would notice a forgotten module: the lists in index.html are what is joined, loads early and works offline.</summary>
public class PageFilesTests
{
    static readonly string Folder = Path.Combine(Repository.Root, "wwwroot");

    [Fact]
    public void Every_module_and_style_is_listed_in_the_page_once_and_nothing_else_is()
    {
        var html = File.ReadAllText(Path.Combine(Folder, "index.html"));
        var listed = Regex.Matches(html, "(?:href|src)=\"((?:js|css)/[^\"]+)\"").Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal);
        var files = Directory.EnumerateFiles(Folder, "*.*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Folder, f).Replace('\\', '/'))
            .Where(f => Regex.IsMatch(f, "^(js|css)/.*\\.(js|css)$") && !f.EndsWith("types.js", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        Assert.Equal(files, listed);
    }

    [Fact]
    public void Every_module_that_is_listed_is_in_the_script_that_is_served()
    {
        string Text(string path) => File.ReadAllText(Path.Combine(Folder, path));
        var script = ModuleJoiner.Join("js/main.js", Text);
        var listed = Regex.Matches(Text("index.html"), "modulepreload\" href=\"([^\"]+)\"").Select(m => m.Groups[1].Value).Append("js/main.js");
        var joined = Regex.Matches(script, @"^const \$(\w+) = \(\(\) => \{$", RegexOptions.Multiline).Select(m => m.Groups[1].Value);
        Assert.Equal(listed.Select(path => Regex.Replace(path, @"\W", "_")).Order(StringComparer.Ordinal), joined.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Modules_stay_small_enough_to_be_read_at_once() =>
        Assert.All(Directory.EnumerateFiles(Path.Combine(Folder, "js"), "*.js", SearchOption.AllDirectories), file => Assert.InRange(File.ReadLines(file).Count(), 1, 150));
}
