using ActorChat.Domain;

namespace ActorChat.Storage.Sqlite;

/// <summary>Reads messages in their present state, and the log of events that led to it.</summary>
internal sealed class MessageReads(StatementSet statements)
{
    readonly Statement newest = statements.Prepare(
        $"SELECT {HistoryColumns.Present} FROM messages m WHERE m.conversation_id = ?1 AND m.seq < ?2 ORDER BY m.seq DESC LIMIT ?3");

    readonly Statement oldest = statements.Prepare(
        $"SELECT {HistoryColumns.Present} FROM messages m WHERE m.conversation_id = ?1 AND m.seq > ?2 ORDER BY m.seq LIMIT ?3");

    readonly Statement runningAnswers = statements.Prepare(
        "SELECT conversation_id, seq, text FROM messages WHERE state = 'running' ORDER BY conversation_id, seq");

    readonly Statement postedMessages = statements.Prepare($"""
        SELECT {HistoryColumns.AsPosted} FROM messages m
        LEFT JOIN changes c ON c.conversation_id = m.conversation_id AND c.seq =
            (SELECT min(f.seq) FROM changes f WHERE f.conversation_id = m.conversation_id AND f.message_seq = m.seq)
        WHERE m.conversation_id = ?1 AND m.seq BETWEEN ?2 AND ?3 ORDER BY m.seq
        """);

    readonly Statement endedAnswers = statements.Prepare($"""
        SELECT {HistoryColumns.Ended} FROM changes c {HistoryColumns.ChangedMessage}
        WHERE c.conversation_id = ?1 AND c.seq BETWEEN ?2 AND ?3 AND c.kind = 'answered' ORDER BY c.seq
        """);

    /// <summary>The newest messages before a seq, oldest first.</summary>
    public List<Message> Newest(ConversationId conversation, long before, int limit)
    {
        var messages = Read(newest.Bind(1, conversation.Value).Bind(2, before).Bind(3, limit), conversation);
        messages.Reverse();
        return messages;
    }

    /// <summary>The oldest messages after a seq, oldest first.</summary>
    public List<Message> Oldest(ConversationId conversation, long after, int limit) =>
        Read(oldest.Bind(1, conversation.Value).Bind(2, after).Bind(3, limit), conversation);

    public List<RunningAnswer> Running()
    {
        var running = new List<RunningAnswer>();
        while (runningAnswers.Step())
            running.Add(new RunningAnswer(new ConversationId(runningAnswers.Text(0)), runningAnswers.Int64(1), runningAnswers.Text(2)));
        runningAnswers.Reset();
        return running;
    }

    /// <summary>The log from one seq to another, both included.</summary>
    public List<ConversationEvent> Events(ConversationId conversation, long from, long to)
    {
        var posted = Read(postedMessages.Bind(1, conversation.Value).Bind(2, from).Bind(3, to), conversation);
        return HistoryPage.Log(posted, ReadEnded(conversation, from, to));
    }

    static List<Message> Read(Statement rows, ConversationId conversation)
    {
        var messages = new List<Message>();
        while (rows.Step())
        {
            messages.Add(new Message(
                conversation, rows.Int64(0), new Author(new UserId(rows.Text(1)), rows.Text(2)), StoredValues.Kind(rows.Utf8Text(3)),
                rows.Text(11), StoredValues.Time(rows.Utf8Text(4)), rows.TextOrNull(5), rows.Int64OrNull(6), AnswerOf(rows)));
        }
        rows.Reset();
        return messages;
    }

    static Answer? AnswerOf(Statement rows) => rows.IsNull(12) ? null : new Answer(
        StoredValues.State(rows.Text(12)),
        rows.TextOrNull(7),
        rows.IsNull(8) ? null : new AnswerContext(rows.Int64(8), rows.Int64(9), (int)rows.Int64(10)),
        Usage(rows, 13),
        rows.TextOrNull(15));

    static AnswerUsage? Usage(Statement row, int column) =>
        row.IsNull(column) ? null : new AnswerUsage(row.Int64(column), row.Int64(column + 1));

    List<AnswerEnded> ReadEnded(ConversationId conversation, long from, long to)
    {
        var ended = new List<AnswerEnded>();
        var rows = endedAnswers.Bind(1, conversation.Value).Bind(2, from).Bind(3, to);
        while (rows.Step())
        {
            ended.Add(new AnswerEnded(
                conversation, rows.Int64(0), StoredValues.Time(rows.Utf8Text(1)), rows.Int64(2),
                StoredValues.State(rows.Text(3)), rows.Text(4), Usage(rows, 5), rows.TextOrNull(7)));
        }
        rows.Reset();
        return ended;
    }
}
