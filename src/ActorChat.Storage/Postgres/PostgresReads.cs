using System.Data;
using ActorChat.Domain;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>All reads, each in one snapshot, over a connection pool of their own, so that no read can starve a commit.</summary>
internal sealed class PostgresReads(NpgsqlDataSource source)
{
    const string Newest =
        $"SELECT {HistoryColumns.Present} FROM messages m WHERE m.conversation_id = $1 AND m.seq < $2 ORDER BY m.seq DESC LIMIT $3";
    const string Oldest =
        $"SELECT {HistoryColumns.Present} FROM messages m WHERE m.conversation_id = $1 AND m.seq > $2 ORDER BY m.seq LIMIT $3";

    public const string FirstChange = """
        LEFT JOIN LATERAL (SELECT f.seq, f.before, f.kind FROM changes f
            WHERE f.conversation_id = m.conversation_id AND f.message_seq = m.seq ORDER BY f.seq LIMIT 1) c ON true
        """;

    const string Posted = $"""
        SELECT {HistoryColumns.AsPosted} FROM messages m {FirstChange}
        WHERE m.conversation_id = $1 AND m.seq BETWEEN $2 AND $3 ORDER BY m.seq
        """;

    const string Ended = $"""
        SELECT {HistoryColumns.Ended} FROM changes c {HistoryColumns.ChangedMessage}
        WHERE c.conversation_id = $1 AND c.seq BETWEEN $2 AND $3 AND c.kind = 'answered' ORDER BY c.seq
        """;

    const string Conversation = """
        SELECT title, head, clock_timestamp(),
               (SELECT count(*) FROM conversation_participants p WHERE p.conversation_id = c.conversation_id)
        FROM conversations c WHERE conversation_id = $1
        """;

    const string Bounds = """
        SELECT (SELECT min(seq) FROM messages WHERE conversation_id = $1), (SELECT max(seq) FROM messages WHERE conversation_id = $1),
               coalesce((SELECT head FROM conversations WHERE conversation_id = $1), 0)
        """;

    const string UserOfToken = """
        SELECT u.user_id, u.username, u.role FROM sessions s JOIN users u ON u.user_id = s.user_id
        WHERE s.token_hash = $1 AND s.revoked_at IS NULL
        """;

    volatile bool closed;

    public void Close() => closed = true;

    public Task<ConversationSnapshot?> ConversationAsync(ConversationId conversation, int events, int messages, CancellationToken stop) =>
        InSnapshotAsync(async connection =>
        {
            var found = await connection.RowsAsync(
                Conversation,
                row => (Title: row.GetString(0), Head: row.GetInt64(1), At: Time(row, 2), Members: (int)row.GetInt64(3)),
                stop, conversation.Value);
            if (found.Count == 0) return null;
            var (title, head, at, members) = found[0];
            return new ConversationSnapshot(
                conversation, title, head,
                await LogAsync(connection, conversation, head - events + 1, head, stop),
                await NewestAsync(connection, conversation, long.MaxValue, messages, stop),
                members, at);
        }, stop);

    public Task<IReadOnlyList<ConversationEvent>> EventsAsync(ConversationId conversation, long from, long to, CancellationToken stop) =>
        from > to
            ? Task.FromResult<IReadOnlyList<ConversationEvent>>([])
            : InSnapshotAsync<IReadOnlyList<ConversationEvent>>(async connection => await LogAsync(
                connection, conversation, from, to, stop), stop);

    public Task<MessagePage> PageAsync(
        ConversationId conversation, HistoryRange range, CancellationToken stop) => InSnapshotAsync(async connection =>
    {
        var limit = Math.Max(range.Limit, 0);
        var messages = range.Edge switch
        {
            PageEdge.Before => await NewestAsync(connection, conversation, range.Seq, limit, stop),
            PageEdge.After => await OldestAsync(connection, conversation, range.Seq, limit, stop),
            _ => HistoryPage.Around(
                await NewestAsync(connection, conversation, range.Seq == long.MaxValue ? range.Seq : range.Seq + 1, limit, stop),
                await OldestAsync(connection, conversation, range.Seq, limit, stop), limit),
        };
        var bounds = await connection.RowsAsync(
            Bounds, row => (First: Number(row, 0), Last: Number(row, 1), Head: row.GetInt64(2)), stop, conversation.Value);
        return HistoryPage.Of(messages, range, bounds[0].First, bounds[0].Last, bounds[0].Head);
    }, stop);

    public Task<UserAccount?> UserAsync(TokenHash token, CancellationToken stop) => InSnapshotAsync(async connection =>
    {
        var found = await connection.RowsAsync(
            UserOfToken, row => new UserAccount(new UserId(row.GetString(0)), row.GetString(1), row.GetString(2)), stop, token.Value);
        return found.Count > 0 ? found[0] : null;
    }, stop);

    public Task<IReadOnlyList<TokenHash>> RevokedAsync(TimeSpan within, CancellationToken stop) =>
        InSnapshotAsync<IReadOnlyList<TokenHash>>(
        async connection => await connection.RowsAsync(
            "SELECT token_hash FROM sessions WHERE revoked_at >= clock_timestamp() - $1",
            row => new TokenHash(row.GetString(0)), stop, within),
        stop);

    public Task<IReadOnlyDictionary<ConversationId, long>> ReadPositionsAsync(UserId user, CancellationToken stop) =>
        InSnapshotAsync<IReadOnlyDictionary<ConversationId, long>>(async connection =>
        {
            var positions = await connection.RowsAsync(
                "SELECT conversation_id, seq FROM reads WHERE user_id = $1",
                row => (Conversation: new ConversationId(row.GetString(0)), Seq: row.GetInt64(1)), stop, user.Value);
            return positions.ToDictionary(position => position.Conversation, position => position.Seq);
        }, stop);

    static async Task<List<ConversationEvent>> LogAsync(
        NpgsqlConnection connection, ConversationId conversation, long from, long to, CancellationToken stop) =>
        HistoryPage.Log(
            await connection.RowsAsync(Posted, row => MessageOf(row, conversation), stop, conversation.Value, from, to),
            await connection.RowsAsync(Ended, row => EndOf(row, conversation), stop, conversation.Value, from, to));

    static async Task<List<Message>> NewestAsync(
        NpgsqlConnection connection, ConversationId conversation, long before, int limit, CancellationToken stop)
    {
        var messages = await connection.RowsAsync(Newest, row => MessageOf(row, conversation), stop, conversation.Value, before, limit);
        messages.Reverse();
        return messages;
    }

    static Task<List<Message>> OldestAsync(
        NpgsqlConnection connection, ConversationId conversation, long after, int limit, CancellationToken stop) =>
        connection.RowsAsync(Oldest, row => MessageOf(row, conversation), stop, conversation.Value, after, limit);

    public static Message MessageOf(NpgsqlDataReader row, ConversationId conversation) => new(
        conversation, row.GetInt64(0), new Author(new UserId(row.GetString(1)), row.GetString(2)), StoredValues.Kind(row.GetString(3)),
        row.GetString(11), Time(row, 4), Text(row, 5), Number(row, 6), AnswerOf(row));

    public static AnswerEnded EndOf(NpgsqlDataReader row, ConversationId conversation) => new(
        conversation, row.GetInt64(0), Time(row, 1), row.GetInt64(2), StoredValues.State(row.GetString(3)),
        row.GetString(4), Usage(row, 5), Text(row, 7));

    static Answer? AnswerOf(NpgsqlDataReader row) => Text(row, 12) is not { } state ? null : new Answer(
        StoredValues.State(state), Text(row, 7),
        row.IsDBNull(8) ? null : new AnswerContext(row.GetInt64(8), row.GetInt64(9), row.GetInt32(10)),
        Usage(row, 13), Text(row, 15));

    static AnswerUsage? Usage(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : new AnswerUsage(row.GetInt64(column), row.GetInt64(column + 1));

    static DateTimeOffset Time(NpgsqlDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);

    static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    static long? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    /// <summary>Runs a query in one transaction: everything it reads is of the same moment.</summary>
    async Task<T> InSnapshotAsync<T>(Func<NpgsqlConnection, Task<T>> query, CancellationToken stop)
    {
        if (closed) throw new StoreUnavailableException("the store has been closed");
        try
        {
            await using var connection = await source.OpenConnectionAsync(stop);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
            var result = await query(connection);
            await transaction.CommitAsync(stop);
            return result;
        }
        catch (Exception error) when (PostgresErrors.IsConnectionError(error))
        {
            throw new StoreUnavailableException(PostgresErrors.Explain(error), error);
        }
    }
}
