using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ActorChat.Server.Options;

namespace ActorChat.Server.Page;

/// <summary>
/// Joins the page's modules into one script, in the order in which a browser runs them: eighty files would be asked for six at a time.
/// It is no parser. It knows the forms that the sources keep to: an import of names in a line of its own, an exported declaration; comments
/// in lines of their own and indentation it leaves out. Anything else of import and export, and modules that need each other, stop the start.
/// </summary>
public sealed partial class ModuleJoiner
{
    readonly Func<string, string?> source;
    readonly Dictionary<string, bool> done = [];
    readonly StringBuilder script = new();

    ModuleJoiner(Func<string, string?> source) => this.source = source;

    /// <param name="entry">The module to start with, as <c>js/main.js</c>.</param>
    /// <param name="source">The text of a module; null where there is none.</param>
    /// <exception cref="StartException">The modules cannot be joined.</exception>
    public static string Join(string entry, Func<string, string?> source)
    {
        var joiner = new ModuleJoiner(source);
        joiner.Add(entry, "the page");
        return joiner.script.ToString();
    }

    void Add(string path, string wantedBy)
    {
        if (done.TryGetValue(path, out var whole))
        {
            if (!whole) throw new StartException($"The page's modules cannot be joined: {path} and {wantedBy} need each other.");
            return;
        }
        done[path] = false;
        var text = source(path) ?? throw new StartException($"The page's modules cannot be joined: {wantedBy} imports {path}, which is not there.");
        var body = new StringBuilder();
        var exports = new List<string>();
        foreach (var line in Comment().Replace(text.ReplaceLineEndings("\n"), "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            body.Append(Line(path, line, exports)).Append('\n');
        // A function of its own for each, so that equal names in two modules stay two.
        script.Append(CultureInfo.InvariantCulture, $"const {NameOf(path)} = (() => {{\n{body}return {{ {string.Join(", ", exports)} }};\n}})();\n");
        done[path] = true;
    }

    string Line(string path, string line, List<string> exports)
    {
        if (Import().Match(line) is { Success: true } import)
        {
            var needed = new Uri(new Uri($"page:///{path}"), import.Groups["from"].Value).AbsolutePath[1..];
            Add(needed, path);
            return $"const {{ {import.Groups["names"].Value.Replace(" as ", ": ", StringComparison.Ordinal)} }} = {NameOf(needed)};";
        }
        if (Export().Match(line) is { Success: true } export)
        {
            exports.Add(export.Groups["name"].Value);
            return line["export ".Length..];
        }
        if (Other().IsMatch(line)) throw new StartException($"The page's modules cannot be joined: {path} has a form that the server does not know: {line}");
        return line;
    }

    static string NameOf(string path) => "$" + NoName().Replace(path, "_");

    [GeneratedRegex("""^import \{ (?<names>[\w$ ,]+) \} from "(?<from>\.[^"]+)";$""")]
    private static partial Regex Import();

    [GeneratedRegex(@"^export (?:(?:async )?function|class|const) (?<name>[\w$]+)")]
    private static partial Regex Export();

    [GeneratedRegex(@"^(?:import|export)\b|\bimport\s*[(.]")]
    private static partial Regex Other();

    [GeneratedRegex(@"^[ \t]*//.*\n|[ \t]*/\*\*(?s:.*?)\*/", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\W")]
    private static partial Regex NoName();
}
