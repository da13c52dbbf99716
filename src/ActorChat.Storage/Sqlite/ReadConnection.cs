using ActorChat.Domain;
using Microsoft.Data.Sqlite;

namespace ActorChat.Storage.Sqlite;

/// <summary>A read-only connection with its prepared statements. One thread uses it at a time.</summary>
internal sealed class ReadConnection : IDisposable
{
    readonly SqliteConnection connection;
    readonly StatementSet statements;
    readonly MessageReads history;
    readonly Statement begin, commit, titleAndHead, headOf, memberCount, firstAndLast, userOfToken, revokedTokens, positionsOfUser;

    public ReadConnection(DatabaseFile file)
    {
        connection = file.OpenForReading();
        statements = new StatementSet(connection);
        try
        {
            history = new MessageReads(statements);
            begin = statements.Prepare("BEGIN");
            commit = statements.Prepare("COMMIT");
            titleAndHead = statements.Prepare("SELECT title, head FROM conversations WHERE conversation_id = ?1");
            headOf = statements.Prepare("SELECT head FROM conversations WHERE conversation_id = ?1");
            memberCount = statements.Prepare("SELECT count(*) FROM conversation_participants WHERE conversation_id = ?1");
            firstAndLast = statements.Prepare("""
                SELECT (SELECT seq FROM messages WHERE conversation_id = ?1 ORDER BY seq LIMIT 1),
                       (SELECT seq FROM messages WHERE conversation_id = ?1 ORDER BY seq DESC LIMIT 1)
                """);
            userOfToken = statements.Prepare("""
                SELECT u.user_id, u.username, u.role FROM sessions s JOIN users u ON u.user_id = s.user_id
                WHERE s.token_hash = ?1 AND s.revoked_at IS NULL
                """);
            revokedTokens = statements.Prepare("SELECT token_hash FROM sessions WHERE revoked_at >= ?1");
            positionsOfUser = statements.Prepare("SELECT conversation_id, seq FROM reads WHERE user_id = ?1");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Runs a query in one transaction: everything it reads is of the same moment.</summary>
    public T InSnapshot<T>(Func<ReadConnection, T> query)
    {
        begin.Run();
        var result = query(this);
        commit.Run();
        return result;
    }

    public ConversationSnapshot? Conversation(ConversationId conversation, int events, int messages, DateTimeOffset now)
    {
        titleAndHead.Bind(1, conversation.Value);
        if (!titleAndHead.Step())
        {
            titleAndHead.Reset();
            return null;
        }
        var (title, head) = (titleAndHead.Text(0), titleAndHead.Int64(1));
        titleAndHead.Reset();
        return new ConversationSnapshot(
            conversation, title, head,
            Events(conversation, head - events + 1, head),
            history.Newest(conversation, before: long.MaxValue, messages),
            (int)Number(memberCount, conversation), now);
    }

    public IReadOnlyList<ConversationEvent> Events(ConversationId conversation, long from, long to) =>
        from > to ? [] : history.Events(conversation, from, to);

    public MessagePage Page(ConversationId conversation, HistoryRange range)
    {
        var limit = Math.Max(range.Limit, 0);
        var messages = range.Edge switch
        {
            PageEdge.Before => history.Newest(conversation, range.Seq, limit),
            PageEdge.After => history.Oldest(conversation, range.Seq, limit),
            _ => Around(conversation, range.Seq, limit),
        };
        firstAndLast.Bind(1, conversation.Value).Step();
        var (first, last) = (firstAndLast.Int64OrNull(0), firstAndLast.Int64OrNull(1));
        firstAndLast.Reset();
        return HistoryPage.Of(messages, range, first, last, Number(headOf, conversation));
    }

    List<Message> Around(ConversationId conversation, long seq, int limit)
    {
        var older = history.Newest(conversation, seq == long.MaxValue ? seq : seq + 1, limit);
        return HistoryPage.Around(older, history.Oldest(conversation, seq, limit), limit);
    }

    public UserAccount? User(TokenHash token)
    {
        var found = userOfToken.Bind(1, token.Value).Step();
        var user = found ? new UserAccount(new UserId(userOfToken.Text(0)), userOfToken.Text(1), userOfToken.Text(2)) : null;
        userOfToken.Reset();
        return user;
    }

    public IReadOnlyList<TokenHash> RevokedSince(DateTimeOffset time)
    {
        var revoked = new List<TokenHash>();
        revokedTokens.Bind(1, StoredValues.Time(time));
        while (revokedTokens.Step()) revoked.Add(new TokenHash(revokedTokens.Text(0)));
        revokedTokens.Reset();
        return revoked;
    }

    public IReadOnlyDictionary<ConversationId, long> ReadPositions(UserId user)
    {
        var positions = new Dictionary<ConversationId, long>();
        positionsOfUser.Bind(1, user.Value);
        while (positionsOfUser.Step()) positions[new ConversationId(positionsOfUser.Text(0))] = positionsOfUser.Int64(1);
        positionsOfUser.Reset();
        return positions;
    }

    /// <summary>The answers that are running, with their saved texts.</summary>
    public IReadOnlyList<RunningAnswer> RunningAnswers() => history.Running();

    public string Epoch() => connection.Query<string>("SELECT value FROM meta WHERE key = 'epoch'")!;

    static long Number(Statement statement, ConversationId conversation)
    {
        var number = statement.Bind(1, conversation.Value).Step() ? statement.Int64(0) : 0;
        statement.Reset();
        return number;
    }

    public void Dispose()
    {
        statements.Dispose();
        connection.Dispose();
    }
}
