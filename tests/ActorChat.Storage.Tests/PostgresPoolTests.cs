using System.Diagnostics;
using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using Npgsql;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>What a node does over connections of its own goes on while the others stand still.</summary>
public sealed class PostgresPoolTests : SharedDatabase
{
    const long Readers = 8;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static async Task<T> AskAsync<T>(NpgsqlConnection connection, string sql)
    {
        await using var ask = new NpgsqlCommand(sql, connection);
        return (T)(await ask.ExecuteScalarAsync())!;
    }

    static async Task UntilAsync(Func<Task<bool>> holds, string orElse)
    {
        for (var since = Stopwatch.StartNew(); !await holds(); await Task.Delay(20)) Assert.True(since.Elapsed < Patience, orElse);
    }

    static Task UntilAllStandStillAsync(NpgsqlConnection watcher) => UntilAsync(
        async () => await AskAsync<long>(
            watcher, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'actorchat reader' AND wait_event_type = 'Lock'") == Readers,
        "Some reader is free.");

    // Reads again and again, until it is told to stop; who waits for too long is told that the store is away.
    static async Task ReadOnAsync(PostgresChatStore node, CancellationToken stop)
    {
        for (var refused = 0; !stop.IsCancellationRequested;)
        {
            try
            {
                await node.ReadPositionsAsync(Say.Ann.Id, None);
            }
            catch (StoreUnavailableException)
            {
                Assert.True(++refused < 1000, "It is refused without having waited.");
            }
        }
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task While_every_reader_stands_still_a_node_writes_follows_the_log_lets_people_in_and_says_that_it_is_there()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        await using var watcher = new NpgsqlConnection(Database + ";Pooling=false");
        await watcher.OpenAsync();
        await using var other = new NpgsqlConnection(Database + ";Pooling=false");
        await other.OpenAsync();
        await using var slow = await other.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("LOCK TABLE reads IN ACCESS EXCLUSIVE MODE", other)) await hold.ExecuteNonQueryAsync();
        using var enough = new CancellationTokenSource();
        var reading = Task.WhenAll(Enumerable.Range(0, 3 * (int)Readers).Select(_ => ReadOnAsync(one, enough.Token)));
        await UntilAllStandStillAsync(watcher);

        for (var n = 1; n <= 9; n += 2)
        {
            Assert.Equal(n, Assert.IsType<MessageAppended>(await Commit(one, Say.Post("of this node"))).Message.Seq);
            await Commit(two, Say.Post("of another"));
            Assert.Equal([n + 1L], (await NewAsync(one)).Select(e => e.Seq));
        }
        await Commit(two, Say.Claim("Ann", "hash-1"));
        Assert.Equal("Ann", (await one.FindUserAsync(new TokenHash("hash-1"), None))?.Name);
        Assert.Empty(await one.ReadRevokedAsync(TimeSpan.FromMinutes(1), None));
        const string Beat = "SELECT seen_at FROM nodes WHERE node = 'one'";
        var before = await AskAsync<DateTime>(watcher, Beat);
        await UntilAsync(async () => await AskAsync<DateTime>(watcher, Beat) > before, "It does not say that it is there.");
        await UntilAllStandStillAsync(watcher); // all the time

        await enough.CancelAsync();
        await slow.RollbackAsync();
        await reading;
        Assert.Empty(await one.ReadPositionsAsync(Say.Ann.Id, None));
    }
}
