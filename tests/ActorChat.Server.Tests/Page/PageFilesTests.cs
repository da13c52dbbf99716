using System.Text.Json;
using System.Text.RegularExpressions;
using ActorChat.Server.Page;
using ActorChat.Server.Tests.Docs;

namespace ActorChat.Server.Tests.Page;

/// <summary>No build step would notice a missing module: the lists in index.html decide what is joined, preloaded and cached.</summary>
public class PageFilesTests
{
    static readonly string Folder = Path.Combine(Repository.Root, "wwwroot");

    [Fact]
    public void Index_html_lists_every_module_and_stylesheet_exactly_once()
    {
        var html = File.ReadAllText(Path.Combine(Folder, "index.html"));
        var listed = Regex.Matches(html, "(?:href|src)=\"((?:js|css)/[^\"]+)\"").Select(m => m.Groups[1].Value)
            .Order(StringComparer.Ordinal);
        var files = Directory.EnumerateFiles(Folder, "*.*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Folder, f).Replace('\\', '/'))
            .Where(f => Regex.IsMatch(f, "^(js|css)/.*\\.(js|css)$") && !f.EndsWith("types.js", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        Assert.Equal(files, listed);
    }

    [Fact]
    public void Every_listed_module_is_in_the_joined_script()
    {
        string Text(string path) => File.ReadAllText(Path.Combine(Folder, path));
        var script = ModuleJoiner.Join("js/main.js", Text);
        var listed = Regex.Matches(Text("index.html"), "modulepreload\" href=\"([^\"]+)\"").Select(m => m.Groups[1].Value)
            .Append("js/main.js");
        var joined = Regex.Matches(script, @"^const \$(\w+) = \(\(\) => \{$", RegexOptions.Multiline).Select(m => m.Groups[1].Value);
        Assert.Equal(listed.Select(path => Regex.Replace(path, @"\W", "_")).Order(StringComparer.Ordinal), joined.Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// Each vendored library: the version that its module names is the one that tools/vendor asks for, and its licence is beside it.
    /// </summary>
    [Fact]
    public void Vendored_libraries_have_the_version_that_is_asked_for_and_their_licence()
    {
        using var package = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tools", "vendor", "package.json")));
        var asked = package.RootElement.GetProperty("devDependencies");
        var modules = Directory.GetFiles(Path.Combine(Folder, "vendor"), "*.js");
        Assert.NotEmpty(modules);
        foreach (var module in modules)
        {
            var name = Path.GetFileNameWithoutExtension(module);
            Assert.StartsWith($"// {name} {asked.GetProperty(name).GetString()}, MIT, https://github.com/", File.ReadLines(module).First(),
                StringComparison.Ordinal);
            Assert.Contains("Permission is hereby granted", File.ReadAllText(Path.ChangeExtension(module, ".LICENSE.txt")),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_module_is_longer_than_150_lines() =>
        Assert.All(Directory.EnumerateFiles(Path.Combine(Folder, "js"), "*.js", SearchOption.AllDirectories),
            file => Assert.InRange(File.ReadLines(file).Count(), 1, 150));
}
