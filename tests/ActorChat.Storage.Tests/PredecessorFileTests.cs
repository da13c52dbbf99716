using System.Globalization;
using ActorChat.Domain;
using ActorChat.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>The database file of the chat that this program replaces, given as the database.</summary>
public sealed class PredecessorFileTests : IDisposable
{
    const string Tables = """
        CREATE TABLE users (user_id TEXT PRIMARY KEY, username TEXT UNIQUE NOT NULL, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, last_activity TIMESTAMP);
        CREATE TABLE conversations (conversation_id TEXT PRIMARY KEY, created_at TIMESTAMP, updated_at TIMESTAMP);
        CREATE TABLE conversation_participants (conversation_id TEXT, user_id TEXT, joined_at TIMESTAMP, PRIMARY KEY (conversation_id, user_id),
            FOREIGN KEY (conversation_id) REFERENCES conversations (conversation_id), FOREIGN KEY (user_id) REFERENCES users (user_id));
        CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, conversation_id TEXT, sender_id TEXT, sender_name TEXT, text TEXT, message_type TEXT, created_at TIMESTAMP,
            FOREIGN KEY (conversation_id) REFERENCES conversations (conversation_id));
        CREATE INDEX idx_messages_conversation ON messages (conversation_id, created_at);
        """;

    const string Room = """
        INSERT INTO users VALUES ('u1', 'Alice', '2024-05-01T10:00:00.123456', '2024-05-01T10:05:00'), ('u2', 'bob', '2024-05-01 10:00:01', NULL);
        INSERT INTO conversations VALUES ('default', '2024-05-01T10:00:00', '2024-05-01T10:05:00');
        INSERT INTO conversation_participants VALUES ('default', 'u1', '2024-05-01T10:00:00');
        INSERT INTO messages (conversation_id, sender_id, sender_name, text, message_type, created_at) VALUES
            ('default', 'u1', 'Alice', 'hello', 'user_message', '2024-05-01T10:00:02.123456'),
            ('default', 'u2', 'bob', 'привет 👋', 'user_message', '2024-05-01T12:00:03.500000+02:00'),
            ('default', 'u1', 'Alice', '/AIBot python?', 'user_message', '2024-05-01 10:00:04'),
            ('default', 'aibot', 'AIBot', 'Python is a language.', 'ai_response', '2024-05-01T10:00:05Z'),
            ('default', NULL, 'system', 'bob left', 'system', '2024-05-01T10:00:01');
        """;

    readonly TemporaryDatabase _database = new();
    readonly ManualTime _time = new();

    public void Dispose() => _database.Dispose();

    async Task<SqliteChatStore> OpenAsync()
    {
        var store = new SqliteChatStore(_database.Options, _time, NullLogger<SqliteChatStore>.Instance);
        await store.OpenAsync(CancellationToken.None);
        return store;
    }

    static async Task<IReadOnlyList<Message>> History(SqliteChatStore store, string conversation = "default") =>
        (await store.ReadMessagesAsync(new ConversationId(conversation), new HistoryRange(PageEdge.Before, long.MaxValue, 10_000), CancellationToken.None)).Messages;

    static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);

    string[] Copies() => Directory.GetFiles(_database.Folder, "chat.db.before-actorchat-*");

    [Fact]
    public async Task Its_history_is_there()
    {
        _database.Run(Tables + Room);
        await using var store = await OpenAsync();

        var alice = new Author(new UserId("u1"), "Alice");
        Message[] expected =
        [
            new(ConversationId.Default, 1, alice, MessageKind.User, "hello", At("2024-05-01T10:00:02.123Z")),
            new(ConversationId.Default, 2, new Author(new UserId("u2"), "bob"), MessageKind.User, "привет 👋", At("2024-05-01T10:00:03.500Z")),
            new(ConversationId.Default, 3, alice, MessageKind.User, "/AIBot python?", At("2024-05-01T10:00:04Z")),
            new(ConversationId.Default, 4, Author.Bot, MessageKind.Ai, "Python is a language.", At("2024-05-01T10:00:05Z"), Answer: new Answer(AnswerState.Done, null, null)),
            new(ConversationId.Default, 5, new Author(new UserId("system"), "system"), MessageKind.System, "bob left", At("2024-05-01T10:00:05Z")), // times grow with seq
        ];
        Assert.Equal(expected, await History(store));
        var events = await store.ReadEventsAsync(ConversationId.Default, 1, 100, CancellationToken.None);
        Assert.Equal(expected.Select(m => new MessagePosted(m)), events); // an answer that ended long ago was posted whole
    }

    [Fact]
    public async Task It_is_used_from_then_on()
    {
        _database.Run(Tables + Room);
        StoreIdentity first;
        await using (var store = new SqliteChatStore(_database.Options, _time, NullLogger<SqliteChatStore>.Instance))
        {
            first = await store.OpenAsync(CancellationToken.None);
            var outcomes = await store.CommitAsync([Say.Claim("alice", "hash-1"), Say.Post("again"), Say.Enter("BOB")], CancellationToken.None);

            Assert.Equal(new UserAccount(new UserId("u1"), "Alice", "member"), Assert.IsType<UserEntered>(outcomes[0]).User);
            Assert.Equal(6, Assert.IsType<MessageAppended>(outcomes[1]).Message.Seq);
            Assert.Equal("u2", Assert.IsType<UserEntered>(outcomes[2]).User.Id.Value);
            Assert.Equal(2, (await store.LoadConversationAsync(ConversationId.Default, 1, 1, CancellationToken.None))!.Members);
        }

        await using var again = new SqliteChatStore(_database.Options, _time, NullLogger<SqliteChatStore>.Instance);
        Assert.Equal(first, await again.OpenAsync(CancellationToken.None));
        Assert.Equal(6, (await History(again)).Count);
        Assert.Empty(await again.ReadPositionsAsync(new UserId("u1"), CancellationToken.None)); // who was there has everything read
        Assert.Single(Copies());
    }

    [Fact]
    public async Task A_copy_lies_beside_it_with_what_was_in_its_log_too()
    {
        using (var old = _database.Connect()) // keeps its rows in the -wal file
        {
            using var command = old.CreateCommand();
            command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;" + Tables + Room;
            command.ExecuteNonQuery();
            await using var store = await OpenAsync();
            Assert.Equal(5, (await History(store)).Count);
        }

        var copy = Assert.Single(Copies());
        Assert.EndsWith(".before-actorchat-20260301120000", copy);
        using var connection = new SqliteConnection($"Data Source={copy};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) || ' ' || max(text) FROM messages WHERE sender_name = 'bob'";
        Assert.Equal("1 привет 👋", count.ExecuteScalar());
    }

    [Fact]
    public async Task Ids_may_be_numbers()
    {
        _database.Run("""
            CREATE TABLE users (user_id INTEGER PRIMARY KEY, username TEXT, created_at TEXT, last_activity TEXT);
            CREATE TABLE conversations (conversation_id INTEGER PRIMARY KEY, created_at TEXT, updated_at TEXT);
            CREATE TABLE conversation_participants (conversation_id INTEGER, user_id INTEGER, joined_at TEXT);
            CREATE TABLE messages (id INTEGER PRIMARY KEY, conversation_id INTEGER, sender_id INTEGER, sender_name TEXT, text TEXT, message_type TEXT, created_at TEXT);
            INSERT INTO users VALUES (7, 'ann', '2024-05-01', '2024-05-01');
            INSERT INTO conversations VALUES (1, '2024-05-01', '2024-05-01'), (2, '2024-05-01', '2024-05-01');
            INSERT INTO conversation_participants VALUES (2, 7, '2024-05-01');
            INSERT INTO messages VALUES (10, 2, 7, 'ann', 'b', 'text', '2024-05-01T10:00:00'), (5, 1, 7, 'ann', 'a', 'text', '2024-05-01T10:00:00'), (12, 2, 7, 'ann', 'c', 'ai', '2024-05-01T10:00:00');
            """);
        await using var store = await OpenAsync();

        Assert.Equal([(1L, "a", "7")], (await History(store, "1")).Select(m => (m.Seq, m.Text, m.Sender.Id.Value)));
        Assert.Equal([(1L, "b", "7"), (2L, "c", "aibot")], (await History(store, "2")).Select(m => (m.Seq, m.Text, m.Sender.Id.Value)));
        Assert.Empty(await History(store));
        Assert.Equal(1, (await store.LoadConversationAsync(new ConversationId("2"), 1, 1, CancellationToken.None))!.Members);
    }

    [Fact]
    public async Task Ids_may_be_text_and_the_order_is_that_of_writing()
    {
        _database.Run(Tables.Replace("id INTEGER PRIMARY KEY AUTOINCREMENT", "id TEXT PRIMARY KEY", StringComparison.Ordinal) + """
            INSERT INTO messages VALUES ('z', 'default', 'x', 'ann', 'first', 'text', '2024-05-01T10:00:00'), ('a', 'default', 'x', 'ann', 'second', 'text', '2024-05-01T10:00:01');
            """);
        await using var store = await OpenAsync();

        Assert.Equal(["first", "second"], (await History(store)).Select(m => m.Text));
    }

    [Fact]
    public async Task A_single_conversation_becomes_the_default_one_because_its_clients_know_no_other()
    {
        _database.Run(Tables + Room.Replace("'default'", "'3f2c-main'", StringComparison.Ordinal));
        await using var store = await OpenAsync();

        Assert.Equal(5, (await History(store)).Count);
        Assert.Equal("General", (await store.LoadConversationAsync(ConversationId.Default, 1, 1, CancellationToken.None))!.Title);
        Assert.Null(await store.LoadConversationAsync(new ConversationId("3f2c-main"), 1, 1, CancellationToken.None));
    }

    [Fact]
    public async Task Senders_of_whom_it_knows_only_the_name_become_users()
    {
        _database.Run(Tables + """
            INSERT INTO users (user_id, username) VALUES ('u1', 'ann');
            INSERT INTO messages (conversation_id, sender_id, sender_name, text, message_type, created_at) VALUES
                ('default', NULL, 'ann', 'a', 'text', '2024-05-01T10:00:00'), ('default', 'gone', 'bob', 'b', 'text', '2024-05-01T10:00:00'),
                ('default', NULL, 'cat', 'c', 'text', '2024-05-01T10:00:00'), ('default', NULL, 'cat', 'd', 'text', '2024-05-01T10:00:00');
            """);
        await using var store = await OpenAsync();

        var ids = (await History(store)).Select(m => m.Sender.Id.Value).ToList();
        Assert.Equal(["u1", "gone"], ids.Take(2));
        Assert.Equal(ids[2], ids[3]);
        var cat = Assert.IsType<UserEntered>((await store.CommitAsync([Say.Enter("cat")], CancellationToken.None))[0]);
        Assert.Equal(ids[2], cat.User.Id.Value);
    }

    [Fact]
    public async Task Times_that_cannot_be_read_or_lie_ahead_do_not_disturb_the_order()
    {
        _database.Run(Tables + """
            INSERT INTO messages (conversation_id, sender_name, text, created_at) VALUES
                ('default', 'ann', 'a', 'yesterday'), ('default', 'ann', 'b', '2024-05-01T10:00:00'), ('default', 'ann', 'c', NULL),
                ('default', 'ann', 'd', '2199-01-01T00:00:00'), ('default', 'ann', 'e', 1714557600.5);
            """);
        await using var store = await OpenAsync();

        var times = (await History(store)).Select(m => m.At).ToList();
        Assert.Equal(times.Order(), times);
        Assert.Equal(At("2024-05-01T10:00:00Z"), times[2]);
        Assert.Equal(_time.Now, times[4]);
    }

    [Fact]
    public async Task Names_that_it_held_apart_stay_apart_but_one_session_holds_them_all()
    {
        _database.Run(Tables + "INSERT INTO users (user_id, username) VALUES ('u1', 'Ann'), ('u2', 'ANN'), ('u3', 'AIBot')");
        await using var store = await OpenAsync();

        var outcomes = await store.CommitAsync([Say.Enter("ANN"), Say.Claim("Ann", "hash-1"), Say.Claim("ANN", "hash-2"), Say.Claim("AIBot", "hash-3")], CancellationToken.None);

        Assert.Equal("u2", Assert.IsType<UserEntered>(outcomes[0]).User.Id.Value);
        Assert.Equal("u1", Assert.IsType<UserEntered>(outcomes[1]).User.Id.Value);
        Assert.IsType<NameTaken>(outcomes[2]);
        Assert.IsType<NameTaken>(outcomes[3]);
    }

    [Fact]
    public async Task Whoever_comes_in_brings_the_exact_key_of_the_name()
    {
        _database.Run(Tables + Room);
        await using var store = await OpenAsync();

        await store.CommitAsync([new EnterByName("Alice", "exact"), new ClaimName("ALICE", "exact", new TokenHash("hash-1"))], CancellationToken.None);

        Assert.Equal("u1", (await store.FindUserAsync(new TokenHash("hash-1"), CancellationToken.None))?.Id.Value);
    }

    [Fact]
    public async Task An_empty_one_is_taken_over_too()
    {
        _database.Run(Tables);
        await using var store = await OpenAsync();

        Assert.Empty(await History(store));
        Assert.Single(await store.CommitAsync([Say.Post("first")], CancellationToken.None), o => o is MessageAppended);
    }

    [Promise("P7")]
    [Fact]
    public async Task What_fails_in_the_middle_leaves_it_as_it_was()
    {
        _database.Run(Tables + Room + "CREATE TABLE sessions (own INTEGER)"); // in the way of a table of ours
        var refused = await Assert.ThrowsAsync<StoreStartException>(OpenAsync);

        Assert.Contains("left as it was", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(["5"], _database.Rows("SELECT count(*) FROM messages WHERE conversation_id = 'default'"));
        Assert.Equal(["0"], _database.Rows("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'before\\_%' ESCAPE '\\' OR name = 'meta'"));
        _database.Run("DROP TABLE sessions");
        _time.Advance(TimeSpan.FromMinutes(1));
        await using var store = await OpenAsync();
        Assert.Equal(5, (await History(store)).Count);
    }

    [Fact]
    public async Task One_without_a_column_that_is_needed_is_refused()
    {
        _database.Run(Tables.Replace("sender_name TEXT, ", "", StringComparison.Ordinal));

        var refused = await Assert.ThrowsAsync<StoreStartException>(OpenAsync);

        Assert.Contains("messages has no column sender_name", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Copies());
    }

    [Promise("P7")]
    [Fact]
    public async Task A_copy_that_was_cut_off_is_made_again()
    {
        _database.Run(Tables + Room);
        await File.WriteAllTextAsync(_database.Path + ".before-actorchat-20250101000000.unfinished", "half a copy");
        await using var store = await OpenAsync();

        Assert.EndsWith(".before-actorchat-20260301120000", Assert.Single(Copies()));
    }
}
