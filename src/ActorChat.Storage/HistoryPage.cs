using ActorChat.Domain;

namespace ActorChat.Storage;

/// <summary>How a page of history is cut and the log put together, whatever engine the rows come from.</summary>
internal static class HistoryPage
{
    /// <param name="first">The oldest message of the conversation; null where there is none.</param>
    /// <param name="last">The newest.</param>
    public static MessagePage Of(List<Message> messages, HistoryRange range, long? first, long? last, long head)
    {
        // An empty page lies at the edge that was asked for.
        var (oldest, newest) = messages.Count > 0 ? (messages[0].Seq, messages[^1].Seq)
            : range.Edge == PageEdge.After ? (range.Seq + 1, range.Seq) : (range.Seq, range.Seq - 1);
        return new MessagePage(messages, AtStart: !(first < oldest), AtEnd: !(last > newest), AsOf: head);
    }

    /// <summary>Half of them on each side, and where one side has fewer the other has more.</summary>
    /// <param name="older">Up to the limit, ending with the message asked for.</param>
    /// <param name="newer">Up to the limit, after it.</param>
    public static List<Message> Around(List<Message> older, List<Message> newer, int limit)
    {
        var fromNewer = Math.Min(newer.Count, Math.Max(limit / 2, limit - older.Count));
        var fromOlder = Math.Min(older.Count, limit - fromNewer);
        return [.. older.Skip(older.Count - fromOlder), .. newer.Take(fromNewer)];
    }

    /// <summary>Messages and ends of answers, each in order of seq, as one log.</summary>
    public static List<ConversationEvent> Log(List<Message> posted, List<AnswerEnded> ended)
    {
        var events = new List<ConversationEvent>(posted.Count + ended.Count);
        var next = 0;
        foreach (var message in posted)
        {
            while (next < ended.Count && ended[next].Seq < message.Seq) events.Add(ended[next++]);
            events.Add(new MessagePosted(message));
        }
        events.AddRange(ended.Skip(next));
        return events;
    }
}
