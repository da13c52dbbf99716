using System.Data;
using ActorChat.Domain;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>Everything that is read, each time in one snapshot, over a pool of its own: no replay can starve a commit.</summary>
internal sealed class PostgresReads(NpgsqlDataSource source)
{
    public const string Columns = "m.seq, m.sender_id, m.sender_name, m.message_type, m.created_at, m.key, m.reply_to, m.model, m.context_from, m.context_to, m.context_count";
    const string Now = "m.text, m.state, m.input_tokens, m.output_tokens, m.error";

    // A message that was changed was posted with the text that its first change found, and an answer that was ended by a
    // change was posted running. What a running answer has said so far is not part of the log.
    public const string AsPosted = """
        CASE WHEN m.state = 'running' THEN '' WHEN c.seq IS NOT NULL THEN c.before ELSE m.text END,
        CASE WHEN c.kind = 'answered' THEN 'running' ELSE m.state END,
        CASE WHEN c.seq IS NULL THEN m.input_tokens END, CASE WHEN c.seq IS NULL THEN m.output_tokens END, CASE WHEN c.seq IS NULL THEN m.error END
        """;

    const string Newest = $"SELECT {Columns}, {Now} FROM messages m WHERE m.conversation_id = $1 AND m.seq < $2 ORDER BY m.seq DESC LIMIT $3";
    const string Oldest = $"SELECT {Columns}, {Now} FROM messages m WHERE m.conversation_id = $1 AND m.seq > $2 ORDER BY m.seq LIMIT $3";

    public const string FirstChange =
        "LEFT JOIN LATERAL (SELECT f.seq, f.before, f.kind FROM changes f WHERE f.conversation_id = m.conversation_id AND f.message_seq = m.seq ORDER BY f.seq LIMIT 1) c ON true";

    const string Posted = $"""
        SELECT {Columns}, {AsPosted} FROM messages m {FirstChange}
        WHERE m.conversation_id = $1 AND m.seq BETWEEN $2 AND $3 ORDER BY m.seq
        """;

    public const string EndColumns = "c.seq, c.at, c.message_seq, m.state, c.after, m.input_tokens, m.output_tokens, m.error";
    public const string ChangedMessage = "JOIN messages m ON m.conversation_id = c.conversation_id AND m.seq = c.message_seq";

    const string Ended = $"""
        SELECT {EndColumns} FROM changes c {ChangedMessage}
        WHERE c.conversation_id = $1 AND c.seq BETWEEN $2 AND $3 AND c.kind = 'answered' ORDER BY c.seq
        """;

    volatile bool _closed;

    public void Close() => _closed = true;

    public Task<ConversationSnapshot?> ConversationAsync(ConversationId conversation, int events, int messages, CancellationToken stop) => ReadAsync(async reads =>
    {
        var found = await reads.RowsAsync(
            "SELECT title, head, (SELECT count(*) FROM conversation_participants p WHERE p.conversation_id = c.conversation_id), clock_timestamp() FROM conversations c WHERE conversation_id = $1",
            row => (Title: row.GetString(0), Head: row.GetInt64(1), Members: (int)row.GetInt64(2), At: row.GetFieldValue<DateTimeOffset>(3)), conversation.Value).ConfigureAwait(false);
        if (found.Count == 0) return null;
        var (title, head, members, at) = found[0];
        return new ConversationSnapshot(
            conversation, title, head,
            await LogAsync(reads, conversation, head - events + 1, head).ConfigureAwait(false),
            await NewestAsync(reads, conversation, long.MaxValue, messages).ConfigureAwait(false),
            members, at);
    }, stop);

    public Task<IReadOnlyList<ConversationEvent>> EventsAsync(ConversationId conversation, long from, long to, CancellationToken stop) =>
        from > to ? Task.FromResult<IReadOnlyList<ConversationEvent>>([]) : ReadAsync<IReadOnlyList<ConversationEvent>>(async reads => await LogAsync(reads, conversation, from, to).ConfigureAwait(false), stop);

    public Task<MessagePage> PageAsync(ConversationId conversation, HistoryRange range, CancellationToken stop) => ReadAsync(async reads =>
    {
        var limit = Math.Max(range.Limit, 0);
        var messages = range.Edge switch
        {
            PageEdge.Before => await NewestAsync(reads, conversation, range.Seq, limit).ConfigureAwait(false),
            PageEdge.After => await OldestAsync(reads, conversation, range.Seq, limit).ConfigureAwait(false),
            _ => HistoryPage.Around(
                await NewestAsync(reads, conversation, range.Seq == long.MaxValue ? range.Seq : range.Seq + 1, limit).ConfigureAwait(false),
                await OldestAsync(reads, conversation, range.Seq, limit).ConfigureAwait(false), limit),
        };
        var bounds = await reads.RowsAsync(
            """
            SELECT (SELECT min(seq) FROM messages WHERE conversation_id = $1), (SELECT max(seq) FROM messages WHERE conversation_id = $1),
                   coalesce((SELECT head FROM conversations WHERE conversation_id = $1), 0)
            """,
            row => (First: Number(row, 0), Last: Number(row, 1), Head: row.GetInt64(2)), conversation.Value).ConfigureAwait(false);
        return HistoryPage.Of(messages, range, bounds[0].First, bounds[0].Last, bounds[0].Head);
    }, stop);

    public Task<UserAccount?> UserAsync(TokenHash token, CancellationToken stop) => ReadAsync(async reads =>
    {
        var found = await reads.RowsAsync(
            "SELECT u.user_id, u.username, u.role FROM sessions s JOIN users u ON u.user_id = s.user_id WHERE s.token_hash = $1 AND s.revoked_at IS NULL",
            row => new UserAccount(new UserId(row.GetString(0)), row.GetString(1), row.GetString(2)), token.Value).ConfigureAwait(false);
        return found.Count > 0 ? found[0] : null;
    }, stop);

    public Task<IReadOnlyList<TokenHash>> RevokedAsync(TimeSpan within, CancellationToken stop) => ReadAsync<IReadOnlyList<TokenHash>>(
        async reads => await reads.RowsAsync(
            "SELECT token_hash FROM sessions WHERE revoked_at >= clock_timestamp() - $1", row => new TokenHash(row.GetString(0)), within).ConfigureAwait(false),
        stop);

    public Task<IReadOnlyDictionary<ConversationId, long>> MarksAsync(UserId user, CancellationToken stop) => ReadAsync<IReadOnlyDictionary<ConversationId, long>>(
        async reads => (await reads.RowsAsync(
            "SELECT conversation_id, seq FROM reads WHERE user_id = $1", row => (Conversation: new ConversationId(row.GetString(0)), Seq: row.GetInt64(1)), user.Value)
            .ConfigureAwait(false)).ToDictionary(mark => mark.Conversation, mark => mark.Seq),
        stop);

    static async Task<List<ConversationEvent>> LogAsync(Snapshot reads, ConversationId conversation, long from, long to) => HistoryPage.Log(
        await reads.RowsAsync(Posted, row => MessageOf(row, conversation), conversation.Value, from, to).ConfigureAwait(false),
        await reads.RowsAsync(Ended, row => EndOf(row, conversation), conversation.Value, from, to).ConfigureAwait(false));

    public static AnswerEnded EndOf(NpgsqlDataReader row, ConversationId conversation) => new(
        conversation, row.GetInt64(0), Time(row, 1), row.GetInt64(2), StoredValues.State(row.GetString(3)), row.GetString(4), Usage(row, 5), Text(row, 7));

    static async Task<List<Message>> NewestAsync(Snapshot reads, ConversationId conversation, long before, int limit)
    {
        var messages = await reads.RowsAsync(Newest, row => MessageOf(row, conversation), conversation.Value, before, limit).ConfigureAwait(false);
        messages.Reverse();
        return messages;
    }

    static Task<List<Message>> OldestAsync(Snapshot reads, ConversationId conversation, long after, int limit) =>
        reads.RowsAsync(Oldest, row => MessageOf(row, conversation), conversation.Value, after, limit);

    public static Message MessageOf(NpgsqlDataReader row, ConversationId conversation) => new(
        conversation, row.GetInt64(0), new Author(new UserId(row.GetString(1)), row.GetString(2)), StoredValues.Kind(row.GetString(3)),
        row.GetString(11), Time(row, 4), Text(row, 5), Number(row, 6), AnswerOf(row));

    static Answer? AnswerOf(NpgsqlDataReader row) => Text(row, 12) is not { } state ? null : new Answer(
        StoredValues.State(state), Text(row, 7),
        row.IsDBNull(8) ? null : new AnswerContext(row.GetInt64(8), row.GetInt64(9), row.GetInt32(10)),
        Usage(row, 13), Text(row, 15));

    static AnswerUsage? Usage(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : new AnswerUsage(row.GetInt64(column), row.GetInt64(column + 1));

    static DateTimeOffset Time(NpgsqlDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);

    static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    static long? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    async Task<T> ReadAsync<T>(Func<Snapshot, Task<T>> query, CancellationToken stop)
    {
        if (_closed) throw new StoreUnavailableException("the store has been closed");
        try
        {
            await using var connection = await source.OpenConnectionAsync(stop).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop).ConfigureAwait(false);
            var result = await query(new Snapshot(connection, stop)).ConfigureAwait(false);
            await transaction.CommitAsync(stop).ConfigureAwait(false);
            return result;
        }
        catch (Exception error) when (PostgresErrors.IsOfTheWay(error))
        {
            throw new StoreUnavailableException(PostgresErrors.Explain(error), error);
        }
    }

    /// <summary>A transaction in which everything is of one moment.</summary>
    sealed class Snapshot(NpgsqlConnection connection, CancellationToken stop)
    {
        public async Task<List<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> rowOf, params object[] values)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
            await using var reader = await command.ExecuteReaderAsync(stop).ConfigureAwait(false);
            var rows = new List<T>();
            while (await reader.ReadAsync(stop).ConfigureAwait(false)) rows.Add(rowOf(reader));
            return rows;
        }
    }
}
