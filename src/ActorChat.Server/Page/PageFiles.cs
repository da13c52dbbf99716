using System.Text;
using System.Text.RegularExpressions;
using ActorChat.Server.Options;

namespace ActorChat.Server.Page;

/// <summary>
/// The page as it is served: one script and one style sheet replace the many files that index.html names, so that a first visit needs
/// few requests. The server builds the files once, at startup.
/// </summary>
static partial class PageFiles
{
    const string Html = "text/html; charset=utf-8", Script = "text/javascript; charset=utf-8", Style = "text/css; charset=utf-8";

    /// <returns>The files by their path in the address.</returns>
    /// <exception cref="StartException">A file is missing, or the modules cannot be joined.</exception>
    public static IReadOnlyDictionary<string, PageFile> Read(string folder)
    {
        var html = Text(folder, "index.html") ?? throw new StartException($"The page is missing: {folder} has no index.html.");
        var entry = Entry().Match(html);
        var styles = Styles().Match(html).Groups["file"].Captures.Select(file => NamedText(folder, file.Value));
        var script = new PageFile(ModuleJoiner.Join(entry.Groups["file"].Value, path => Text(folder, path)), Script);
        var style = new PageFile(StyleComment().Replace(string.Concat(styles), ""), Style);

        html = Styles().Replace(html, $"<link rel=\"stylesheet\" href=\"css/page.css?v={style.Hash}\">");
        html = Modules().Replace(html, $"<link rel=\"modulepreload\" href=\"js/page.js?v={script.Hash}\">");
        html = Entry().Replace(html, $"<script type=\"module\" src=\"js/page.js?v={script.Hash}\"></script>");
        var vendored = Vendored().Matches(html).Select(link => link.Groups["file"].Value)
            .ToDictionary(path => path, path => new PageFile(NamedText(folder, path), Script));
        html = Vendored().Replace(html, link =>
        {
            var path = link.Groups["file"].Value;
            return $"<link rel=\"vendor\" href=\"{path}?v={vendored[path].Hash}\">";
        });
        var index = new PageFile(HtmlComment().Replace(html, ""), Html);
        var files = new Dictionary<string, PageFile>(StringComparer.Ordinal)
        {
            ["/"] = index,
            ["/index.html"] = index,
            ["/js/page.js"] = script,
            ["/css/page.css"] = style,
            ["/js/early.js"] = new PageFile(Text(folder, "js/early.js") ?? "", Script),
            ["/sw.js"] = new PageFile(Text(folder, "sw.js") ?? "", Script),
        };
        foreach (var (path, file) in vendored) files[$"/{path}"] = file;
        return files;
    }

    static string NamedText(string folder, string path) =>
        Text(folder, path) ?? throw new StartException($"index.html names the missing file {path}.");

    static string? Text(string folder, string path)
    {
        var file = Path.Combine(folder, path);
        return File.Exists(file) ? File.ReadAllText(file, Encoding.UTF8) : null;
    }

    [GeneratedRegex("""<script type="module" src="(?<file>[^"]+)"></script>""")]
    private static partial Regex Entry();

    [GeneratedRegex("""(?:<link rel="modulepreload" href="[^"]+">\s*)+(?=<)""")]
    private static partial Regex Modules();

    [GeneratedRegex("""<link rel="vendor" href="(?<file>[^"]+)">""")]
    private static partial Regex Vendored();

    [GeneratedRegex("""(?:<link rel="stylesheet" href="(?<file>[^"]+)">\s*)+(?=<)""")]
    private static partial Regex Styles();

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex StyleComment();

    [GeneratedRegex(@"\s*<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex HtmlComment();
}
