using ActorChat.Domain;

namespace ActorChat.Storage;

/// <summary>How rows of either engine become a page of history or a piece of the log.</summary>
internal static class HistoryPage
{
    /// <param name="first">The oldest message of the conversation; null if it has none.</param>
    /// <param name="last">The newest message of the conversation.</param>
    public static MessagePage Of(List<Message> messages, HistoryRange range, long? first, long? last, long head)
    {
        // An empty page lies at the edge that the range names.
        var (oldest, newest) = messages.Count > 0 ? (messages[0].Seq, messages[^1].Seq)
            : range.Edge == PageEdge.After ? (range.Seq + 1, range.Seq) : (range.Seq, range.Seq - 1);
        return new MessagePage(messages, AtStart: !(first < oldest), AtEnd: !(last > newest), AsOf: head);
    }

    /// <summary>Takes half of the page from each side, and more from one side if the other has fewer.</summary>
    /// <param name="older">Up to the limit, ending with the message that the range names.</param>
    /// <param name="newer">Up to the limit, after that message.</param>
    public static List<Message> Around(List<Message> older, List<Message> newer, int limit)
    {
        var fromNewer = Math.Min(newer.Count, Math.Max(limit / 2, limit - older.Count));
        var fromOlder = Math.Min(older.Count, limit - fromNewer);
        return [.. older.Skip(older.Count - fromOlder), .. newer.Take(fromNewer)];
    }

    /// <summary>Merges messages and ends of answers, each in order of seq, into one log.</summary>
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
