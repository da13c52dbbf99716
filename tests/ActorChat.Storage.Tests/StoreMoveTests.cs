using ActorChat.Domain;
using ActorChat.Storage.Moving;
using ActorChat.Storage.Postgres;
using ActorChat.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>From one file to a PostgreSQL: everything, once, compared; or an honest refusal.</summary>
public sealed class StoreMoveTests : IAsyncLifetime, IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly TemporaryDatabase file = new();
    readonly List<string> reported = [];
    PostgresServer? server;
    StorageOptions target = new();

    public async Task InitializeAsync()
    {
        server = await PostgresServer.SharedAsync();
        target = new StorageOptions { Provider = "postgres", ConnectionString = await server.CreateDatabaseAsync() };
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => file.Dispose();

    SqliteChatStore Source() => new(file.Options, TimeProvider.System, NullLogger<SqliteChatStore>.Instance);

    PostgresChatStore Target() => PostgresStores.Create(target.ConnectionString);

    Task<long> MoveAsync() => new StoreMove(file.Options, target, TimeProvider.System, reported.Add).RunAsync(None);

    async Task<StoreIdentity> FillAsync()
    {
        await using var store = Source();
        var identity = await store.OpenAsync(None);
        await store.CommitAsync([Say.Claim("Ann", "hash-1"), .. Enumerable.Range(1, 300).Select(n => Say.Post($"text {n} 🐘", $"key-of-message-{n:0000}"))], None);
        await store.CommitAsync([Say.Answer("answer-to-0000001"), Say.End(301, "an *answer*", usage: new AnswerUsage(7, 9)), Say.Answer("answer-to-0000002")], None);
        await store.CommitAsync([new SaveReadPositions([new ReadPosition(Say.Ann.Id, ConversationId.Default, 77)])], None);
        return identity;
    }

    static async Task<(IReadOnlyList<ConversationEvent> Log, IReadOnlyList<Message> Messages)> ReadAsync(IChatStore store) => (
        await store.ReadEventsAsync(ConversationId.Default, 1, long.MaxValue, None),
        (await store.ReadMessagesAsync(ConversationId.Default, new HistoryRange(PageEdge.Before, long.MaxValue, 10_000), None)).Messages);

    [SkippableFact]
    public async Task Epoch_log_keys_sessions_and_read_marks_are_the_same_afterwards()
    {
        var before = await FillAsync();
        var moved = await MoveAsync();
        await using var source = Source();
        await using var there = Target();

        Assert.Equal(before, await source.OpenAsync(None));
        Assert.Equal(before, await there.OpenAsync(None));
        Assert.Equal(304, moved); // the answer that was running is closed before it is moved
        var (log, messages) = await ReadAsync(there);
        var (oldLog, oldMessages) = await ReadAsync(source);
        Assert.Equal(oldLog, log);
        Assert.Equal(oldMessages, messages);
        Assert.Equal(await source.FindUserAsync(new TokenHash("hash-1"), None), await there.FindUserAsync(new TokenHash("hash-1"), None));
        Assert.Equal(77, (await there.ReadPositionsAsync(Say.Ann.Id, None))[ConversationId.Default]);
        var outcomes = await there.CommitAsync([Say.Post("text 5 🐘", "key-of-message-0005"), Say.Post("new")], None);
        Assert.Equal(5, Assert.IsType<MessageRepeated>(outcomes[0]).Seq);
        Assert.Equal(305, Assert.IsType<MessageAppended>(outcomes[1]).Message.Seq);
        Assert.Contains(reported, line => line.Contains("302 messages compared", StringComparison.Ordinal));
    }

    [Promise("P7")]
    [SkippableFact]
    public async Task A_move_that_was_broken_off_goes_on_and_until_then_no_server_starts()
    {
        await FillAsync();
        await MoveAsync();
        // As if it had been broken off in the middle of the messages.
        await PostgresServer.RunAsync(target.ConnectionString, """
            DELETE FROM messages WHERE seq > 120; DELETE FROM changes;
            INSERT INTO meta SELECT 'moving_from', value || ' 1 304' FROM meta WHERE key = 'epoch'
            """);
        await using (var early = Target())
            Assert.Contains("is incomplete", (await Assert.ThrowsAsync<StoreStartException>(() => early.OpenAsync(None))).Message, StringComparison.Ordinal);

        await MoveAsync();

        Assert.Contains("default: continuing messages after 120", reported);
        await using var there = Target();
        await there.OpenAsync(None);
        Assert.Equal(Enumerable.Range(1, 304).Select(n => (long)n), (await ReadAsync(there)).Log.Select(e => e.Seq));
    }

    [SkippableFact]
    public async Task A_copy_that_is_not_the_same_is_not_taken_for_one()
    {
        await FillAsync();
        await MoveAsync();
        await PostgresServer.RunAsync(target.ConnectionString, """
            UPDATE messages SET text = 'text 42' WHERE seq = 42;
            INSERT INTO meta SELECT 'moving_from', value || ' 1 304' FROM meta WHERE key = 'epoch'
            """);

        var refused = await Assert.ThrowsAsync<StoreStartException>(MoveAsync);

        Assert.Contains("The messages of default differ", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_database_that_has_a_history_is_refused()
    {
        await FillAsync();
        await using (var there = Target())
        {
            await there.OpenAsync(None);
            await there.CommitAsync([Say.Post("mine")], None);
        }

        Assert.Contains("is not empty", (await Assert.ThrowsAsync<StoreStartException>(MoveAsync)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_file_that_a_server_has_open_is_refused()
    {
        await FillAsync();
        await using var running = Source();
        await running.OpenAsync(None);

        Assert.Contains("in use", (await Assert.ThrowsAsync<StoreStartException>(MoveAsync)).Message, StringComparison.Ordinal);
    }
}
