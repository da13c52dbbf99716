using System.Globalization;
using ActorChat.Domain;
using ActorChat.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace ActorChat.Storage.Tests.Sqlite;

/// <summary>How the history of the predecessor becomes ours, in all its variants.</summary>
public sealed class PredecessorFileTests : IDisposable
{
    readonly TemporaryDatabase database = new();
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => database.Dispose();

    Task<SqliteChatStore> OpenAsync() => database.OpenAsync(time: time);

    static async Task<IReadOnlyList<Message>> History(SqliteChatStore store, string conversation = "default") =>
        (await store.ReadMessagesAsync(
            new ConversationId(conversation), new HistoryRange(PageEdge.Before, long.MaxValue, 10_000), CancellationToken.None)).Messages;

    static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);

    [Fact]
    public async Task Its_history_is_taken_over()
    {
        database.Run(PredecessorSchema.Tables + PredecessorSchema.Messages);
        await using var store = await OpenAsync();

        var alice = new Author(new UserId("u1"), "Alice");
        Message[] expected =
        [
            new(ConversationId.Default, 1, alice, MessageKind.User, "hello", At("2024-05-01T10:00:02.123Z")),
            new(ConversationId.Default, 2, new Author(new UserId("u2"), "bob"), MessageKind.User, "привет 👋",
                At("2024-05-01T10:00:03.500Z")),
            new(ConversationId.Default, 3, alice, MessageKind.User, "/AIBot python?", At("2024-05-01T10:00:04Z")),
            new(ConversationId.Default, 4, Author.Bot, MessageKind.Ai, "Python is a language.", At("2024-05-01T10:00:05Z"),
                Answer: new Answer(AnswerState.Done, null, null)),
            // Times never decrease.
            new(ConversationId.Default, 5, new Author(new UserId("system"), "system"), MessageKind.System, "bob left",
                At("2024-05-01T10:00:05Z")),
        ];
        Assert.Equal(expected, await History(store));
        var events = await store.ReadEventsAsync(ConversationId.Default, 1, 100, CancellationToken.None);
        Assert.Equal(expected.Select(m => new MessagePosted(m)), events); // an answer that ended before the migration was posted complete
    }

    [Fact]
    public async Task Ids_may_be_numbers()
    {
        database.Run("""
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
    public async Task Ids_may_be_text_and_the_order_is_that_of_insertion()
    {
        database.Run(PredecessorSchema.Tables.Replace("id INTEGER PRIMARY KEY AUTOINCREMENT", "id TEXT PRIMARY KEY", StringComparison.Ordinal) + """
            INSERT INTO messages VALUES ('z', 'default', 'x', 'ann', 'first', 'text', '2024-05-01T10:00:00'), ('a', 'default', 'x', 'ann', 'second', 'text', '2024-05-01T10:00:01');
            """);
        await using var store = await OpenAsync();

        Assert.Equal(["first", "second"], (await History(store)).Select(m => m.Text));
    }

    [Fact]
    public async Task A_single_conversation_becomes_the_default_conversation()
    {
        database.Run(PredecessorSchema.Tables + PredecessorSchema.Messages.Replace("'default'", "'3f2c-main'", StringComparison.Ordinal));
        await using var store = await OpenAsync();

        Assert.Equal(5, (await History(store)).Count);
        Assert.Equal("General", (await store.LoadConversationAsync(ConversationId.Default, 1, 1, CancellationToken.None))!.Title);
        Assert.Null(await store.LoadConversationAsync(new ConversationId("3f2c-main"), 1, 1, CancellationToken.None));
    }

    [Fact]
    public async Task Senders_without_a_user_become_users()
    {
        database.Run(PredecessorSchema.Tables + """
            INSERT INTO users (user_id, username) VALUES ('u1', 'ann');
            INSERT INTO messages (conversation_id, sender_id, sender_name, text, message_type, created_at) VALUES
                ('default', NULL, 'ann', 'a', 'text', '2024-05-01T10:00:00'), ('default', 'gone', 'bob', 'b', 'text', '2024-05-01T10:00:00'),
                ('default', NULL, 'cat', 'c', 'text', '2024-05-01T10:00:00'), ('default', NULL, 'cat', 'd', 'text', '2024-05-01T10:00:00');
            """);
        await using var store = await OpenAsync();

        var ids = (await History(store)).Select(m => m.Sender.Id.Value).ToList();
        Assert.Equal(["u1", "gone"], ids.Take(2));
        Assert.Equal(ids[2], ids[3]);
        var cat = Assert.IsType<UserEntered>((await store.CommitAsync([Command.Enter("cat")], CancellationToken.None))[0]);
        Assert.Equal(ids[2], cat.User.Id.Value);
    }

    [Fact]
    public async Task Unreadable_and_future_times_do_not_change_the_order()
    {
        database.Run(PredecessorSchema.Tables + """
            INSERT INTO messages (conversation_id, sender_name, text, created_at) VALUES
                ('default', 'ann', 'a', 'yesterday'), ('default', 'ann', 'b', '2024-05-01T10:00:00'), ('default', 'ann', 'c', NULL),
                ('default', 'ann', 'd', '2199-01-01T00:00:00'), ('default', 'ann', 'e', 1714557600.5);
            """);
        await using var store = await OpenAsync();

        var times = (await History(store)).Select(m => m.At).ToList();
        Assert.Equal(times.Order(), times);
        Assert.Equal(At("2024-05-01T10:00:00Z"), times[2]);
        Assert.Equal(time.GetUtcNow(), times[4]);
    }

    [Fact]
    public async Task Names_that_differ_only_in_case_stay_separate_but_one_session_holds_both()
    {
        database.Run(PredecessorSchema.Tables + "INSERT INTO users (user_id, username) VALUES ('u1', 'Ann'), ('u2', 'ANN'), ('u3', 'AIBot')");
        await using var store = await OpenAsync();

        var outcomes = await store.CommitAsync([Command.Enter("ANN"), Command.Claim("Ann", "hash-1"), Command.Claim("ANN", "hash-2"),
            Command.Claim("AIBot", "hash-3")], CancellationToken.None);

        Assert.Equal("u2", Assert.IsType<UserEntered>(outcomes[0]).User.Id.Value);
        Assert.Equal("u1", Assert.IsType<UserEntered>(outcomes[1]).User.Id.Value);
        Assert.IsType<NameTaken>(outcomes[2]);
        Assert.IsType<NameTaken>(outcomes[3]);
    }

    [Fact]
    public async Task Entering_by_name_stores_the_folded_name()
    {
        database.Run(PredecessorSchema.Tables + PredecessorSchema.Messages);
        await using var store = await OpenAsync();

        await store.CommitAsync(
            [new EnterByName("Alice", "exact"), new ClaimName("ALICE", "exact", new TokenHash("hash-1"))], CancellationToken.None);

        Assert.Equal("u1", (await store.FindUserAsync(new TokenHash("hash-1"), CancellationToken.None))?.Id.Value);
    }

    [Fact]
    public async Task An_empty_file_is_taken_over()
    {
        database.Run(PredecessorSchema.Tables);
        await using var store = await OpenAsync();

        Assert.Empty(await History(store));
        Assert.Single(await store.CommitAsync([Command.Post("first")], CancellationToken.None), o => o is MessageAppended);
    }
}
