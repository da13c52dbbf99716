using ActorChat.Domain;
using ActorChat.Storage.Moving;
using ActorChat.Storage.Postgres;
using ActorChat.Storage.Sqlite;
using ActorChat.Storage.Tests.Postgres;
using ActorChat.Storage.Tests.Sqlite;

namespace ActorChat.Storage.Tests.Moving;

/// <summary>Moves from SQLite to PostgreSQL.</summary>
public sealed class StoreMoveTests : IAsyncLifetime, IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly TemporaryDatabase file = new();
    readonly List<string> reported = [];
    StorageOptions target = new();

    public async Task InitializeAsync()
    {
        var server = await PostgresServer.SharedAsync();
        target = PostgresStores.Options(await server.CreateDatabaseAsync());
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => file.Dispose();

    SqliteChatStore Source() => file.Store();

    PostgresChatStore Target() => PostgresStores.Create(target.ConnectionString);

    Task<long> MoveAsync() => new StoreMove(file.Options, target, TimeProvider.System, reported.Add).RunAsync(None);

    async Task<StoreIdentity> FillAsync()
    {
        await using var store = Source();
        var identity = await store.OpenAsync(None);
        var posts = Enumerable.Range(1, 300).Select(n => Command.Post($"text {n} 🐘", $"key-of-message-{n:0000}"));
        await store.CommitAsync([Command.Claim("Ann", "hash-1"), .. posts], None);
        var end = Command.End(301, "an *answer*", usage: new AnswerUsage(7, 9));
        await store.CommitAsync([Command.Answer("answer-to-0000001"), end, Command.Answer("answer-to-0000002")], None);
        await store.CommitAsync([new SaveReadPositions([new ReadPosition(Command.Ann.Id, ConversationId.Default, 77)])], None);
        return identity;
    }

    static async Task<(IReadOnlyList<ConversationEvent> Log, IReadOnlyList<Message> Messages)> ReadAsync(IChatStore store) => (
        await store.ReadEventsAsync(ConversationId.Default, 1, long.MaxValue, None),
        (await store.ReadMessagesAsync(ConversationId.Default, new HistoryRange(PageEdge.Before, long.MaxValue, 10_000), None)).Messages);

    [SkippableFact]
    public async Task A_move_keeps_epoch_log_keys_sessions_and_read_positions()
    {
        var before = await FillAsync();
        var moved = await MoveAsync();
        await using var source = Source();
        await using var there = Target();

        Assert.Equal(before, await source.OpenAsync(None));
        Assert.Equal(before, await there.OpenAsync(None));
        Assert.Equal(304, moved); // the running answer is ended before the move
        var (log, messages) = await ReadAsync(there);
        var (oldLog, oldMessages) = await ReadAsync(source);
        Assert.Equal(oldLog, log);
        Assert.Equal(oldMessages, messages);
        Assert.Equal(await source.FindUserAsync(new TokenHash("hash-1"), None), await there.FindUserAsync(new TokenHash("hash-1"), None));
        Assert.Equal(77, (await there.ReadPositionsAsync(Command.Ann.Id, None))[ConversationId.Default]);
        var outcomes = await there.CommitAsync([Command.Post("text 5 🐘", "key-of-message-0005"), Command.Post("new")], None);
        Assert.Equal(5, Assert.IsType<MessageRepeated>(outcomes[0]).Seq);
        Assert.Equal(305, Assert.IsType<MessageAppended>(outcomes[1]).Message.Seq);
        Assert.Contains(reported, line => line.Contains("302 messages compared", StringComparison.Ordinal));
    }

    [Promise("P7")]
    [SkippableFact]
    public async Task An_interrupted_move_continues_and_no_server_starts_before_it_is_complete()
    {
        await FillAsync();
        await MoveAsync();
        // The state after an interruption in the middle of the messages.
        await PostgresServer.RunAsync(target.ConnectionString, """
            DELETE FROM messages WHERE seq > 120; DELETE FROM changes;
            INSERT INTO meta SELECT 'moving_from', value || ' 1 304' FROM meta WHERE key = 'epoch'
            """);
        await using (var early = Target())
        {
            var refused = await Assert.ThrowsAsync<StoreStartException>(() => early.OpenAsync(None));
            Assert.Contains("is incomplete", refused.Message, StringComparison.Ordinal);
        }

        await MoveAsync();

        Assert.Contains("default: continuing messages after 120", reported);
        await using var there = Target();
        await there.OpenAsync(None);
        Assert.Equal(Enumerable.Range(1, 304).Select(n => (long)n), (await ReadAsync(there)).Log.Select(e => e.Seq));
    }

    [SkippableFact]
    public async Task A_move_rejects_a_target_that_differs_from_the_source()
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
    public async Task A_move_rejects_a_target_with_messages()
    {
        await FillAsync();
        await using (var there = Target())
        {
            await there.OpenAsync(None);
            await there.CommitAsync([Command.Post("mine")], None);
        }

        Assert.Contains("is not empty", (await Assert.ThrowsAsync<StoreStartException>(MoveAsync)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_move_rejects_a_source_that_a_server_uses()
    {
        await FillAsync();
        await using var running = Source();
        await running.OpenAsync(None);

        Assert.Contains("in use", (await Assert.ThrowsAsync<StoreStartException>(MoveAsync)).Message, StringComparison.Ordinal);
    }
}
