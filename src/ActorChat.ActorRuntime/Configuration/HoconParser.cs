using System.Text;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>
/// Reads HOCON: nested objects, dotted and quoted keys, <c>=</c> or <c>:</c> or nothing before <c>{</c>, lists, comments with # and //,
/// quoted and unquoted values. No include and no ${substitution}; those are errors and not read as something else.
/// </summary>
internal sealed class HoconParser(string text)
{
    private int position;

    private bool AtEnd => position >= text.Length;
    private char Current => AtEnd ? '\0' : text[position];

    public static HoconValue Parse(string text)
    {
        var parser = new HoconParser(text);
        parser.SkipBlank();
        var root = new Dictionary<string, HoconValue>();
        if (parser.Current == '{')
        {
            parser.position++;
            parser.ReadMembers(root, '}');
        }
        else
            parser.ReadMembers(root, '\0');
        parser.SkipBlank();
        return parser.AtEnd ? new HoconValue(root) : throw parser.Error("Unexpected text");
    }

    /// <summary>Splits <c>a.b."c.d"</c> at the dots outside of quotes.</summary>
    public static List<string> SplitPath(string path)
    {
        var parser = new HoconParser(path);
        var keys = parser.ReadKey();
        return parser.AtEnd ? keys : throw parser.Error("Unexpected text in a path");
    }

    private void ReadMembers(Dictionary<string, HoconValue> members, char end)
    {
        while (true)
        {
            SkipBlank(alsoCommas: true);
            if (Current == end)
            {
                position += end == '\0' ? 0 : 1;
                return;
            }
            if (AtEnd)
                throw Error($"Expected {end}");
            var path = ReadKey();
            SkipBlank();
            if (Current is '=' or ':')
                position++;
            else if (Current != '{')
                throw Error("Expected =, : or {");
            SkipBlank();
            Put(members, path, ReadValue());
        }
    }

    private static void Put(Dictionary<string, HoconValue> members, List<string> path, HoconValue value)
    {
        for (var i = path.Count - 1; i > 0; i--)
            value = new HoconValue(new Dictionary<string, HoconValue> { [path[i]] = value });
        members[path[0]] = members.TryGetValue(path[0], out var earlier) ? value.WithFallback(earlier) : value;
    }

    private List<string> ReadKey()
    {
        var keys = new List<string>();
        do
        {
            if (keys.Count > 0)
                position++;
            var start = position;
            if (Current == '"')
            {
                keys.Add(ReadQuoted());
                continue;
            }
            while (!AtEnd && Current is not ('.' or '=' or ':' or '{' or '}' or '[' or ']' or ',' or '"' or '#' or '$' or '\n'))
                position++;
            var key = text[start..position].Trim();
            keys.Add(key.Length > 0 ? key : throw Error("Expected a key"));
        }
        while (Current == '.');
        return keys;
    }

    private HoconValue ReadValue()
    {
        switch (Current)
        {
            case '{':
                position++;
                var members = new Dictionary<string, HoconValue>();
                ReadMembers(members, '}');
                return new HoconValue(members);
            case '[':
                position++;
                return new HoconValue(ReadItems());
            case '"':
                return new HoconValue(ReadQuoted());
            default:
                var literal = ReadUnquoted();
                return new HoconValue(literal == "null" ? null : literal);
        }
    }

    private List<HoconValue> ReadItems()
    {
        var items = new List<HoconValue>();
        while (true)
        {
            SkipBlank(alsoCommas: true);
            if (Current == ']')
            {
                position++;
                return items;
            }
            if (AtEnd)
                throw Error("Expected ]");
            items.Add(ReadValue());
        }
    }

    private string ReadUnquoted()
    {
        var start = position;
        while (!AtEnd && Current is not ('\n' or ',' or '}' or ']' or '#') && !At("//"))
        {
            if (Current is '{' or '[' or '"' or '$')
                throw Error($"A value with {Current} in it must be quoted");
            position++;
        }
        var value = text[start..position].Trim();
        return value.Length > 0 ? value : throw Error("Expected a value");
    }

    private string ReadQuoted()
    {
        if (At("\"\"\""))
        {
            var close = text.IndexOf("\"\"\"", position + 3, StringComparison.Ordinal);
            if (close < 0)
                throw Error("Expected \"\"\"");
            var raw = text[(position + 3)..close];
            position = close + 3;
            return raw;
        }
        var value = new StringBuilder();
        for (position++; Current != '"'; position++)
        {
            if (AtEnd || Current == '\n')
                throw Error("Expected \"");
            value.Append(Current == '\\' ? ReadEscape() : Current);
        }
        position++;
        return value.ToString();
    }

    private char ReadEscape()
    {
        position++;
        switch (Current)
        {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case 'u' when position + 4 < text.Length:
                position += 4;
                return (char)Convert.ToInt32(text.Substring(position - 3, 4), 16);
            case '"' or '\\' or '/':
                return Current;
            default:
                throw Error("Unknown escape");
        }
    }

    private void SkipBlank(bool alsoCommas = false)
    {
        while (!AtEnd)
        {
            if (char.IsWhiteSpace(Current) || Current == '\uFEFF' || (alsoCommas && Current == ','))
                position++;
            else if (Current == '#' || At("//"))
                position = text.IndexOf('\n', position) is >= 0 and var end ? end : text.Length;
            else
                return;
        }
    }

    private bool At(string token) => string.CompareOrdinal(text, position, token, 0, token.Length) == 0;

    private FormatException Error(string problem) =>
        new($"{problem} in line {text.AsSpan(0, Math.Min(position, text.Length)).Count('\n') + 1} of the configuration.");
}
