using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ActorChat.Server.Options;

namespace ActorChat.Server.Page;

/// <summary>
/// Joins the page's modules into one script, in the order in which a browser runs them, because a browser requests only six of eighty
/// files at a time. It does not parse JavaScript. It supports the forms that the sources use: an import of names on its own line and
/// an exported declaration. It removes comments on their own lines and indentation. A dynamic import of a value stays as it is: it
/// loads a file that is served beside the script, such as a vendored library. Other forms of import and export and circular imports
/// stop startup.
/// </summary>
sealed partial class ModuleJoiner
{
    readonly Func<string, string?> source;
    readonly Dictionary<string, bool> done = [];
    readonly StringBuilder script = new();

    ModuleJoiner(Func<string, string?> source) => this.source = source;

    /// <param name="entry">The path of the first module, for example <c>js/main.js</c>.</param>
    /// <param name="source">Returns the text of the module at a path, or null if there is none.</param>
    /// <exception cref="StartException">The modules cannot be joined.</exception>
    public static string Join(string entry, Func<string, string?> source)
    {
        var joiner = new ModuleJoiner(source);
        joiner.Add(entry, "the page");
        return joiner.script.ToString();
    }

    void Add(string path, string importer)
    {
        if (done.TryGetValue(path, out var complete))
        {
            if (!complete) throw Failure($"{path} and {importer} import each other.");
            return;
        }
        done[path] = false;
        var text = source(path) ?? throw Failure($"{importer} imports {path}, which is missing.");
        var lines = Comment().Replace(text.ReplaceLineEndings("\n"), "")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var body = new StringBuilder();
        var exports = new List<string>();
        foreach (var line in lines) body.Append(Line(path, line, exports)).Append('\n');
        // Each module is a function, so that equal names in two modules do not collide.
        script.Append(
            CultureInfo.InvariantCulture,
            $"const {NameOf(path)} = (() => {{\n{body}return {{ {string.Join(", ", exports)} }};\n}})();\n");
        done[path] = true;
    }

    static StartException Failure(string reason) => new($"The page's modules cannot be joined: {reason}");

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
        if (Other().IsMatch(line)) throw Failure($"{path} contains an unsupported form: {line}");
        return line;
    }

    static string NameOf(string path) => "$" + NoName().Replace(path, "_");

    [GeneratedRegex("""^import \{ (?<names>[\w$ ,]+) \} from "(?<from>\.[^"]+)";$""")]
    private static partial Regex Import();

    [GeneratedRegex(@"^export (?:(?:async )?function|class|const) (?<name>[\w$]+)")]
    private static partial Regex Export();

    [GeneratedRegex("""^(?:import|export)\b(?!\s*\()|\bimport\s*(?:\.|\(\s*(?:["'`)]|/))""")]
    private static partial Regex Other();

    [GeneratedRegex(@"^[ \t]*//.*\n|[ \t]*/\*\*(?s:.*?)\*/", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\W")]
    private static partial Regex NoName();
}
