using ActorChat.Domain;
using Microsoft.Data.Sqlite;

namespace ActorChat.Storage.Sqlite;

/// <summary>Messages as they are now, and the log of how they came to be.</summary>
internal sealed class MessageReads(SqliteConnection connection) : IDisposable
{
    const string Columns = "m.seq, m.sender_id, m.sender_name, m.message_type, m.created_at, m.key, m.reply_to, m.model, m.context_from, m.context_to, m.context_count";
    const string Now = "m.text, m.state, m.input_tokens, m.output_tokens, m.error";

    // A message that was changed was posted with the text that its first change found, and an answer that was ended by a
    // change was posted running. What a running answer has said so far is not part of the log.
    const string AsPosted = """
        CASE WHEN m.state = 'running' THEN '' WHEN c.seq IS NOT NULL THEN c.before ELSE m.text END,
        CASE WHEN c.kind = 'answered' THEN 'running' ELSE m.state END,
        CASE WHEN c.seq IS NULL THEN m.input_tokens END, CASE WHEN c.seq IS NULL THEN m.output_tokens END, CASE WHEN c.seq IS NULL THEN m.error END
        """;

    readonly Statement _newest = new(connection, $"SELECT {Columns}, {Now} FROM messages m WHERE m.conversation_id = ?1 AND m.seq < ?2 ORDER BY m.seq DESC LIMIT ?3");
    readonly Statement _oldest = new(connection, $"SELECT {Columns}, {Now} FROM messages m WHERE m.conversation_id = ?1 AND m.seq > ?2 ORDER BY m.seq LIMIT ?3");

    readonly Statement _running = new(connection, "SELECT conversation_id, seq, text FROM messages WHERE state = 'running' ORDER BY conversation_id, seq");

    readonly Statement _posted = new(connection, $"""
        SELECT {Columns}, {AsPosted} FROM messages m
        LEFT JOIN changes c ON c.conversation_id = m.conversation_id AND c.seq =
            (SELECT min(f.seq) FROM changes f WHERE f.conversation_id = m.conversation_id AND f.message_seq = m.seq)
        WHERE m.conversation_id = ?1 AND m.seq BETWEEN ?2 AND ?3 ORDER BY m.seq
        """);

    readonly Statement _ended = new(connection, """
        SELECT c.seq, c.at, c.message_seq, m.state, c.after, m.input_tokens, m.output_tokens, m.error FROM changes c
        JOIN messages m ON m.conversation_id = c.conversation_id AND m.seq = c.message_seq
        WHERE c.conversation_id = ?1 AND c.seq BETWEEN ?2 AND ?3 AND c.kind = 'answered' ORDER BY c.seq
        """);

    /// <summary>The newest before a seq, oldest first.</summary>
    public List<Message> Newest(ConversationId conversation, long before, int limit)
    {
        var messages = Read(_newest.Bind(1, conversation.Value).Bind(2, before).Bind(3, limit), conversation);
        messages.Reverse();
        return messages;
    }

    /// <summary>The oldest after a seq, oldest first.</summary>
    public List<Message> Oldest(ConversationId conversation, long after, int limit) =>
        Read(_oldest.Bind(1, conversation.Value).Bind(2, after).Bind(3, limit), conversation);

    public List<RunningAnswer> Running()
    {
        var running = new List<RunningAnswer>();
        while (_running.Step()) running.Add(new RunningAnswer(new ConversationId(_running.Text(0)), _running.Int64(1), _running.Text(2)));
        _running.Reset();
        return running;
    }

    /// <summary>The log from one seq to another, both included.</summary>
    public List<ConversationEvent> Events(ConversationId conversation, long from, long to)
    {
        var posted = Read(_posted.Bind(1, conversation.Value).Bind(2, from).Bind(3, to), conversation);
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

    static AnswerUsage? Usage(Statement row, int column) => row.IsNull(column) ? null : new AnswerUsage(row.Int64(column), row.Int64(column + 1));

    List<AnswerEnded> ReadEnded(ConversationId conversation, long from, long to)
    {
        var ended = new List<AnswerEnded>();
        _ended.Bind(1, conversation.Value).Bind(2, from).Bind(3, to);
        while (_ended.Step())
        {
            ended.Add(new AnswerEnded(
                conversation, _ended.Int64(0), StoredValues.Time(_ended.Utf8Text(1)), _ended.Int64(2),
                StoredValues.State(_ended.Text(3)), _ended.Text(4), Usage(_ended, 5), _ended.TextOrNull(7)));
        }
        _ended.Reset();
        return ended;
    }

    public void Dispose()
    {
        _newest.Dispose();
        _oldest.Dispose();
        _running.Dispose();
        _posted.Dispose();
        _ended.Dispose();
    }
}
