using System.Buffers;
using ActorChat.Protocol;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace ActorChat.Server.Markup;

/// <summary>
/// Markdown to HTML that is safe to show: raw HTML is text, links go to http, https and mailto only, images are links.
/// Text without markup has no HTML, which is most of what people write.
/// </summary>
public sealed class MarkdownMarkup : IMarkup
{
    static readonly SearchValues<char> Signs = SearchValues.Create("*_`[]~|\\&<\n");

    // What is markup only where a line begins.
    static readonly SearchValues<char> LineSigns = SearchValues.Create("#>-+ \t0123456789");
    static readonly SearchValues<string> Links = SearchValues.Create(["://", "mailto:", "www."], StringComparison.OrdinalIgnoreCase);

    // What nests or looks for a partner. Parsers take quadratic time over thousands of them, and this runs while a room waits.
    static readonly SearchValues<char> Nesting = SearchValues.Create("[]()*_`>~|<!.");
    const int MostNesting = 600;

    static readonly string[] Schemes = ["http", "https", "mailto"];

    readonly MarkdownPipeline pipeline = new MarkdownPipelineBuilder()
        .DisableHtml()
        .UseEmphasisExtras(Markdig.Extensions.EmphasisExtras.EmphasisExtraOptions.Strikethrough)
        .UsePipeTables()
        .UseAutoLinks()
        .UseSoftlineBreakAsHardlineBreak()
        .Build();

    public string? Render(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!MayHaveMarkup(text) || NestsTooMuch(text)) return null;
        try
        {
            return Html(Markdown.Parse(text, pipeline));
        }
        catch (ArgumentException)
        {
            return null; // nested deeper than the parser or the renderer goes: it is shown as typed
        }
    }

    string? Html(MarkdownDocument document)
    {
        if (document is [ParagraphBlock { Inline: { } only }] && only.All(inline => inline is LiteralInline or LineBreakInline)) return null;
        foreach (var link in document.Descendants<LinkInline>().ToArray())
        {
            link.IsImage = false;
            if (!IsSafe(link.Url)) link.Url = null;
        }
        foreach (var link in document.Descendants<AutolinkInline>().ToArray())
            if (!link.IsEmail && !IsSafe(link.Url))
                link.ReplaceBy(new LiteralInline(link.Url));
        foreach (var link in document.Descendants<LinkInline>().Where(l => l.Url is null).ToArray())
            link.ReplaceBy(new ContainerInline(), copyChildren: true);
        return document.ToHtml(pipeline).TrimEnd();
    }

    // Parsing is the dearest part of a message's trip, and most of what people write has nothing to parse.
    static bool MayHaveMarkup(ReadOnlySpan<char> text) =>
        text.Length > 0 && (LineSigns.Contains(text[0]) || text.ContainsAny(Signs) || text.ContainsAny(Links));

    // Long code between fences is not parsed further and may hold what it likes. Only fences at the very left count as such, and
    // they end exactly as they do for the parser: else somebody could hide from this count what the parser sees.
    static bool NestsTooMuch(ReadOnlySpan<char> text)
    {
        var (count, fence) = (0, 0);
        foreach (var line in text.EnumerateLines())
        {
            var ticks = line.IndexOfAnyExcept('`') is >= 0 and var n ? n : line.Length;
            if (fence > 0)
            {
                if (EndsFence(line, fence)) fence = 0;
                continue;
            }
            if (ticks >= 3 && !line[ticks..].Contains('`'))
            {
                fence = ticks;
                continue;
            }
            for (var rest = line; rest.IndexOfAny(Nesting) is >= 0 and var i; rest = rest[(i + 1)..])
                if (++count > MostNesting)
                    return true;
        }
        return false;
    }

    static bool EndsFence(ReadOnlySpan<char> line, int ticks)
    {
        var marks = line.TrimStart(' ');
        if (line.Length - marks.Length > 3) return false;
        marks = marks.TrimEnd(" \t");
        return marks.Length >= ticks && !marks.ContainsAnyExcept('`');
    }

    static bool IsSafe(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && Schemes.Contains(uri.Scheme, StringComparer.Ordinal);
}
