using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>Which log events are meant.</summary>
internal sealed record EventFilter(string Description, Func<LogEvent, bool> IsMatch);

/// <summary>How the text of an event is recognised; nothing given matches all.</summary>
internal readonly record struct TextMatch(string? Message, string? Start, string? Contains, Regex? Pattern, string? Source)
{
    public bool Matches(LogEvent logEvent) => MatchesSource(logEvent) && (MatchesText(logEvent.Message)
        || (logEvent.Cause is { } cause && MatchesText(cause.Message)));

    public bool MatchesSource(LogEvent logEvent) =>
        Source is null || logEvent.LogSource == Source || logEvent.LogSource.EndsWith("/" + Source.TrimStart('/'), StringComparison.Ordinal);

    public override string ToString() => $"{Message ?? Start ?? Contains ?? Pattern?.ToString() ?? "any message"} from {Source ?? "any source"}";

    private bool MatchesText(object message)
    {
        string text;
        try
        {
            text = message.ToString() ?? "";
        }
        catch (FormatException)
        {
            // A line that cannot be formatted matches nothing.
            return false;
        }
        return Message is not null ? text == Message
            : Start is not null ? text.StartsWith(Start, StringComparison.Ordinal)
            : Contains is not null ? text.Contains(Contains, StringComparison.Ordinal)
            : Pattern?.IsMatch(text) != false;
    }
}
