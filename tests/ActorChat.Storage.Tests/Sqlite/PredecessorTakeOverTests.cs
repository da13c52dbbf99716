using ActorChat.Domain;
using ActorChat.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace ActorChat.Storage.Tests.Sqlite;

/// <summary>What happens to the predecessor's file: it is copied, taken over once, and unchanged after a failure.</summary>
public sealed class PredecessorTakeOverTests : IDisposable
{
    readonly TemporaryDatabase database = new();
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => database.Dispose();

    Task<SqliteChatStore> OpenAsync() => database.OpenAsync(time: time);

    static async Task<IReadOnlyList<Message>> History(SqliteChatStore store, string conversation = "default") =>
        (await store.ReadMessagesAsync(
            new ConversationId(conversation), new HistoryRange(PageEdge.Before, long.MaxValue, 10_000), CancellationToken.None)).Messages;

    string[] Copies() => Directory.GetFiles(database.Folder, "chat.db.before-actorchat-*");

    [Fact]
    public async Task It_is_taken_over_once_and_used_from_then_on()
    {
        database.Run(PredecessorSchema.Tables + PredecessorSchema.Messages);
        StoreIdentity first;
        await using (var store = database.Store(time))
        {
            first = await store.OpenAsync(CancellationToken.None);
            var outcomes = await store.CommitAsync(
                [Command.Claim("alice", "hash-1"), Command.Post("again"), Command.Enter("BOB")], CancellationToken.None);

            Assert.Equal(new UserAccount(new UserId("u1"), "Alice", "member"), Assert.IsType<UserEntered>(outcomes[0]).User);
            Assert.Equal(6, Assert.IsType<MessageAppended>(outcomes[1]).Message.Seq);
            Assert.Equal("u2", Assert.IsType<UserEntered>(outcomes[2]).User.Id.Value);
            Assert.Equal(2, (await store.LoadConversationAsync(ConversationId.Default, 1, 1, CancellationToken.None))!.Members);
        }

        await using var again = database.Store(time);
        Assert.Equal(first, await again.OpenAsync(CancellationToken.None));
        Assert.Equal(6, (await History(again)).Count);
        // Users of the predecessor have read everything.
        Assert.Empty(await again.ReadPositionsAsync(new UserId("u1"), CancellationToken.None));
        Assert.Single(Copies());
    }

    [Fact]
    public async Task A_copy_of_the_file_includes_its_write_ahead_log()
    {
        using (var old = database.Connect()) // keeps its rows in the -wal file
        {
            old.Execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;" + PredecessorSchema.Tables + PredecessorSchema.Messages);
            await using var store = await OpenAsync();
            Assert.Equal(5, (await History(store)).Count);
        }

        var copy = Assert.Single(Copies());
        Assert.EndsWith(".before-actorchat-20260301120000", copy);
        using var connection = new SqliteConnection($"Data Source={copy};Mode=ReadOnly;Pooling=False");
        connection.Open();
        Assert.Equal("1 привет 👋", connection.Query<string>("SELECT count(*) || ' ' || max(text) FROM messages WHERE sender_name = 'bob'"));
    }

    [Promise("P7")]
    [Fact]
    public async Task A_failure_leaves_the_file_as_it_was()
    {
        // Has the name of one of our tables.
        database.Run(PredecessorSchema.Tables + PredecessorSchema.Messages + "CREATE TABLE sessions (own INTEGER)");
        var refused = await Assert.ThrowsAsync<StoreStartException>(OpenAsync);

        Assert.Contains("left as it was", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(["5"], database.Rows("SELECT count(*) FROM messages WHERE conversation_id = 'default'"));
        Assert.Equal(["0"], database.Rows("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'before\\_%' ESCAPE '\\' OR name = 'meta'"));
        database.Run("DROP TABLE sessions");
        time.Advance(TimeSpan.FromMinutes(1));
        await using var store = await OpenAsync();
        Assert.Equal(5, (await History(store)).Count);
    }

    [Fact]
    public async Task A_file_without_a_required_column_is_rejected()
    {
        database.Run(PredecessorSchema.Tables.Replace("sender_name TEXT, ", "", StringComparison.Ordinal));

        var refused = await Assert.ThrowsAsync<StoreStartException>(OpenAsync);

        Assert.Contains("messages has no column sender_name", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Copies());
    }

    [Promise("P7")]
    [Fact]
    public async Task An_unfinished_copy_is_made_again()
    {
        database.Run(PredecessorSchema.Tables + PredecessorSchema.Messages);
        await File.WriteAllTextAsync(database.Path + ".before-actorchat-20250101000000.unfinished", "half a copy");
        await using var store = await OpenAsync();

        Assert.EndsWith(".before-actorchat-20260301120000", Assert.Single(Copies()));
    }
}
