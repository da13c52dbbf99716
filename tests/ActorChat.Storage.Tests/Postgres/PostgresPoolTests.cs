using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using Npgsql;

namespace ActorChat.Storage.Tests.Postgres;

/// <summary>Each kind of work has its own connections, so blocked reads block nothing else.</summary>
public sealed class PostgresPoolTests : NodesOnOneDatabase
{
    const long Readers = 8;

    const string BlockedReads = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'actorchat reader' AND wait_event_type = 'Lock'
        """;

    static Task UntilAllReadsAreBlockedAsync(NpgsqlConnection watcher) => Deadline.UntilAsync(
        async () => await watcher.QueryAsync<long>(BlockedReads, None) == Readers, Deadline.Usual, () => "A reader is free.");

    // Reads until it is stopped. A read that waits for too long fails with StoreUnavailableException.
    static async Task KeepReadingAsync(PostgresChatStore node, CancellationToken stop)
    {
        for (var refused = 0; !stop.IsCancellationRequested;)
        {
            try
            {
                await node.ReadPositionsAsync(Command.Ann.Id, None);
            }
            catch (StoreUnavailableException)
            {
                Assert.True(++refused < 1000, "Reads fail without having waited.");
            }
        }
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task Blocked_reads_do_not_block_commits_the_shared_log_sign_ins_or_the_lease()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        await using var watcher = await ConnectAsync();
        await using var other = await ConnectAsync();
        await using var slow = await other.BeginTransactionAsync();
        await other.ExecuteAsync("LOCK TABLE reads IN ACCESS EXCLUSIVE MODE", None);
        using var enough = new CancellationTokenSource();
        var reading = Task.WhenAll(Enumerable.Range(0, 3 * (int)Readers).Select(_ => KeepReadingAsync(one, enough.Token)));
        await UntilAllReadsAreBlockedAsync(watcher);

        for (var n = 1; n <= 9; n += 2)
        {
            Assert.Equal(n, Assert.IsType<MessageAppended>(await Commit(one, Command.Post("of this node"))).Message.Seq);
            await Commit(two, Command.Post("of another"));
            Assert.Equal([n + 1L], (await NewAsync(one)).Select(e => e.Seq));
        }
        await Commit(two, Command.Claim("Ann", "hash-1"));
        Assert.Equal("Ann", (await one.FindUserAsync(new TokenHash("hash-1"), None))?.Name);
        Assert.Empty(await one.ReadRevokedAsync(TimeSpan.FromMinutes(1), None));
        const string LeaseTime = "SELECT seen_at FROM nodes WHERE node = 'one'";
        var before = await watcher.QueryAsync<DateTime>(LeaseTime, None);
        await Deadline.UntilAsync(
            async () => await watcher.QueryAsync<DateTime>(LeaseTime, None) > before, Deadline.Usual, () => "The lease is not renewed.");
        await UntilAllReadsAreBlockedAsync(watcher); // they were blocked all the time

        await enough.CancelAsync();
        await slow.RollbackAsync();
        await reading;
        Assert.Empty(await one.ReadPositionsAsync(Command.Ann.Id, None));
    }
}
