using System.Text;
using System.Text.RegularExpressions;
using ActorChat.Server.Options;

namespace ActorChat.Server.Page;

/// <summary>
/// The page as it is served: index.html with one script and one style in the place of the many that it names, and what else a first
/// opening asks for. Made once, when the server starts.
/// </summary>
public static partial class PageFiles
{
    const string Html = "text/html; charset=utf-8", Script = "text/javascript; charset=utf-8", Style = "text/css; charset=utf-8";

    /// <returns>By the path after the server's address.</returns>
    /// <exception cref="StartException">The page's files do not fit together.</exception>
    public static IReadOnlyDictionary<string, PageFile> Read(string folder)
    {
        var html = Text(folder, "index.html") ?? throw new StartException($"The page is not there: {folder} has no index.html.");
        var entry = Entry().Match(html);
        var styles = Styles().Match(html).Groups["file"].Captures.Select(c => Text(folder, c.Value) ?? throw new StartException($"The page names {c.Value}, which is not there."));
        var script = new PageFile(ModuleJoiner.Join(entry.Groups["file"].Value, path => Text(folder, path)), Script);
        var style = new PageFile(StyleComment().Replace(string.Concat(styles), ""), Style);

        html = Styles().Replace(html, $"<link rel=\"stylesheet\" href=\"css/page.css?v={style.Hash}\">");
        html = Modules().Replace(html, $"<link rel=\"modulepreload\" href=\"js/page.js?v={script.Hash}\">");
        html = Entry().Replace(html, $"<script type=\"module\" src=\"js/page.js?v={script.Hash}\"></script>");
        var index = new PageFile(HtmlComment().Replace(html, ""), Html);
        return new Dictionary<string, PageFile>(StringComparer.Ordinal)
        {
            ["/"] = index,
            ["/index.html"] = index,
            ["/js/page.js"] = script,
            ["/css/page.css"] = style,
            ["/js/early.js"] = new PageFile(Text(folder, "js/early.js") ?? "", Script),
            ["/sw.js"] = new PageFile(Text(folder, "sw.js") ?? "", Script),
        };
    }

    static string? Text(string folder, string path)
    {
        var file = Path.Combine(folder, path);
        return File.Exists(file) ? File.ReadAllText(file, Encoding.UTF8) : null;
    }

    [GeneratedRegex("""<script type="module" src="(?<file>[^"]+)"></script>""")]
    private static partial Regex Entry();

    [GeneratedRegex("""(?:<link rel="modulepreload" href="[^"]+">\s*)+(?=<)""")]
    private static partial Regex Modules();

    [GeneratedRegex("""(?:<link rel="stylesheet" href="(?<file>[^"]+)">\s*)+(?=<)""")]
    private static partial Regex Styles();

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex StyleComment();

    [GeneratedRegex(@"\s*<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex HtmlComment();
}
