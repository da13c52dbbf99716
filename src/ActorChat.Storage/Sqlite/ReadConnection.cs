using ActorChat.Domain;
using Microsoft.Data.Sqlite;

namespace ActorChat.Storage.Sqlite;

/// <summary>A connection that reads, with its prepared statements. Used by one thread at a time.</summary>
internal sealed class ReadConnection : IDisposable
{
    readonly SqliteConnection _connection;
    readonly MessageReads _messages;
    readonly Statement _begin, _end, _conversation, _head, _members, _bounds, _user, _revoked, _reads;

    public ReadConnection(DatabaseFile file)
    {
        _connection = file.OpenForReading();
        try
        {
            _messages = new MessageReads(_connection);
            _begin = new Statement(_connection, "BEGIN");
            _end = new Statement(_connection, "COMMIT");
            _conversation = new Statement(_connection, "SELECT title, head FROM conversations WHERE conversation_id = ?1");
            _head = new Statement(_connection, "SELECT head FROM conversations WHERE conversation_id = ?1");
            _members = new Statement(_connection, "SELECT count(*) FROM conversation_participants WHERE conversation_id = ?1");
            _bounds = new Statement(_connection, """
                SELECT (SELECT seq FROM messages WHERE conversation_id = ?1 ORDER BY seq LIMIT 1),
                       (SELECT seq FROM messages WHERE conversation_id = ?1 ORDER BY seq DESC LIMIT 1)
                """);
            _user = new Statement(_connection, """
                SELECT u.user_id, u.username, u.role FROM sessions s JOIN users u ON u.user_id = s.user_id
                WHERE s.token_hash = ?1 AND s.revoked_at IS NULL
                """);
            _revoked = new Statement(_connection, "SELECT token_hash FROM sessions WHERE revoked_at >= ?1");
            _reads = new Statement(_connection, "SELECT conversation_id, seq FROM reads WHERE user_id = ?1");
        }
        catch
        {
            _connection.Dispose(); // finalizes what was prepared
            throw;
        }
    }

    /// <summary>Everything that <paramref name="query"/> reads is of one moment.</summary>
    public T InSnapshot<T>(Func<ReadConnection, T> query)
    {
        _begin.Run();
        var result = query(this);
        _end.Run();
        return result;
    }

    public ConversationSnapshot? Conversation(ConversationId conversation, int events, int messages, DateTimeOffset now)
    {
        _conversation.Bind(1, conversation.Value);
        if (!_conversation.Step())
        {
            _conversation.Reset();
            return null;
        }
        var (title, head) = (_conversation.Text(0), _conversation.Int64(1));
        _conversation.Reset();
        return new ConversationSnapshot(
            conversation, title, head,
            Events(conversation, head - events + 1, head),
            _messages.Newest(conversation, before: long.MaxValue, messages),
            (int)Number(_members, conversation), now);
    }

    public IReadOnlyList<ConversationEvent> Events(ConversationId conversation, long from, long to) =>
        from > to ? [] : _messages.Events(conversation, from, to);

    public MessagePage Page(ConversationId conversation, HistoryRange range)
    {
        var limit = Math.Max(range.Limit, 0);
        var messages = range.Edge switch
        {
            PageEdge.Before => _messages.Newest(conversation, range.Seq, limit),
            PageEdge.After => _messages.Oldest(conversation, range.Seq, limit),
            _ => Around(conversation, range.Seq, limit),
        };
        _bounds.Bind(1, conversation.Value).Step();
        var (first, last) = (_bounds.Int64OrNull(0), _bounds.Int64OrNull(1));
        _bounds.Reset();
        return HistoryPage.Of(messages, range, first, last, Number(_head, conversation));
    }

    List<Message> Around(ConversationId conversation, long seq, int limit)
    {
        var older = seq == long.MaxValue ? _messages.Newest(conversation, seq, limit) : _messages.Newest(conversation, seq + 1, limit);
        return HistoryPage.Around(older, _messages.Oldest(conversation, seq, limit), limit);
    }

    public UserAccount? User(TokenHash token)
    {
        var user = _user.Bind(1, token.Value).Step() ? new UserAccount(new UserId(_user.Text(0)), _user.Text(1), _user.Text(2)) : null;
        _user.Reset();
        return user;
    }

    public IReadOnlyList<TokenHash> RevokedSince(DateTimeOffset time)
    {
        var revoked = new List<TokenHash>();
        _revoked.Bind(1, StoredValues.Time(time));
        while (_revoked.Step()) revoked.Add(new TokenHash(_revoked.Text(0)));
        _revoked.Reset();
        return revoked;
    }

    public IReadOnlyDictionary<ConversationId, long> ReadMarks(UserId user)
    {
        var marks = new Dictionary<ConversationId, long>();
        _reads.Bind(1, user.Value);
        while (_reads.Step()) marks[new ConversationId(_reads.Text(0))] = _reads.Int64(1);
        _reads.Reset();
        return marks;
    }

    /// <summary>The answers that were running when this was read, with what they have said so far.</summary>
    public IReadOnlyList<RunningAnswer> RunningAnswers() => _messages.Running();

    public string Epoch() => _connection.Query<string>("SELECT value FROM meta WHERE key = 'epoch'")!;

    static long Number(Statement statement, ConversationId conversation)
    {
        var number = statement.Bind(1, conversation.Value).Step() ? statement.Int64(0) : 0;
        statement.Reset();
        return number;
    }

    public void Dispose()
    {
        foreach (IDisposable statement in (IDisposable[])[_messages, _begin, _end, _conversation, _head, _members, _bounds, _user, _revoked, _reads])
            statement.Dispose();
        _connection.Dispose();
    }
}
