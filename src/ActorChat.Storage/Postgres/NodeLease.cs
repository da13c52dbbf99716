using ActorChat.Domain;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// Renews, every few seconds and by the clock of the database, the row that says that this node is alive, and ends the running answers of
/// nodes that are not. If two nodes end the same answer, the log accepts only the first. It also ends the connections of frozen servers
/// that hold locks.
/// </summary>
internal sealed class NodeLease(NpgsqlDataSource source, string node, PostgresWriter writer, INodeBus bus, ILogger log) : IAsyncDisposable
{
    static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(2);

    // Some renewals may be lost. A node that was away for longer finds its answers ended, and continues.
    const string AliveFor = "interval '10 seconds'";

    // No batch runs for this long: if such a node still sends one, it is refused.
    const string RememberedFor = "interval '1 day'";

    const string Renew =
        "INSERT INTO nodes (node, seen_at) VALUES ($1, clock_timestamp()) ON CONFLICT (node) DO UPDATE SET seen_at = excluded.seen_at";

    const string Register = $"""
        WITH here AS ({Renew} RETURNING node),
        gone AS (DELETE FROM nodes WHERE node <> $1 AND seen_at < clock_timestamp() - {RememberedFor} RETURNING node),
        forgotten AS (DELETE FROM writers w USING gone g WHERE w.writer = g.node)
        INSERT INTO writers (writer, generation, batch) SELECT node, 1, 0 FROM here ON CONFLICT DO NOTHING
        """;

    const string Orphans = $"""
        SELECT m.conversation_id, m.seq, m.text FROM messages m
        WHERE m.state = 'running' AND NOT EXISTS
            (SELECT 1 FROM nodes n WHERE n.node = m.claimed_by AND n.seen_at > clock_timestamp() - {AliveFor})
        ORDER BY m.conversation_id, m.seq
        """;

    // A server that froze (or whose machine died) while it was sending a batch holds the heads of the log: PostgreSQL waits for the rest of
    // the message, and before version 17 no timeout ends that. A healthy writer is done within its own timeouts, so this never hits one; a
    // writer that wakes up again asks for the outcome of its batch.
    const string EndFrozen = $"""
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = current_user AND application_name = '{PostgresSource.WriterName}'
          AND wait_event = 'ClientRead' AND xact_start < clock_timestamp() - interval '5 seconds'
        """;

    readonly CancellationTokenSource stopping = new();
    Task renewing = Task.CompletedTask;

    /// <summary>Registers this node, so that it may write and owns its answers, and keeps it registered.</summary>
    public async Task TakeAsync(CancellationToken stop)
    {
        await RegisterAsync(stop);
        await EndOrphansAsync(stop);
        renewing = RenewAsync();
    }

    /// <summary>Registers this node once: also in a log that has replaced the former one.</summary>
    public async Task RegisterAsync(CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        await connection.ExecuteAsync(Register, stop, node);
    }

    /// <summary>Whether any server uses this database.</summary>
    public static Task<bool> IsAnyNodeAliveAsync(NpgsqlConnection connection, CancellationToken stop) =>
        connection.QueryAsync<bool>($"SELECT EXISTS (SELECT 1 FROM nodes WHERE seen_at > clock_timestamp() - {AliveFor})", stop);

    async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(RenewEvery);
        var failing = false;
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                try
                {
                    await RegisterAsync(stopping.Token); // a node that was away for a day is forgotten, and registers anew
                    await EndFrozenAsync(stopping.Token);
                    await EndOrphansAsync(stopping.Token);
                    failing = false;
                }
                catch (Exception error) when (!stopping.IsCancellationRequested)
                {
                    // Whatever the error is: if this loop ended, the other nodes would end this node's answers.
                    if (!failing) log.LogWarning("This node cannot renew its lease: {Reason}", PostgresErrors.Explain(error));
                    failing = true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The store is being closed.
        }
    }

    async Task EndFrozenAsync(CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        if (await connection.QueryAsync<long>(EndFrozen, stop) is > 0 and var count)
            log.LogWarning("{Count} servers froze during a commit and held locks on the log: their connections were ended", count);
    }

    async Task EndOrphansAsync(CancellationToken stop)
    {
        List<RunningAnswer> orphans;
        await using (var connection = await source.OpenConnectionAsync(stop))
            orphans = await connection.RowsAsync(
                Orphans, row => new RunningAnswer(new ConversationId(row.GetString(0)), row.GetInt64(1), row.GetString(2)), stop);
        if (orphans.Count == 0) return;
        // The outcomes go to no actor: like all other nodes, this one reads them from the log.
        await writer.CommitAsync([.. orphans.Select(answer => answer.Interrupted())], stop);
        bus.NotifyOthers();
        log.LogInformation("{Count} answers of nodes that are gone are marked as interrupted", orphans.Count);
    }

    /// <summary>Removes this node, so that the others need not wait until its lease expires.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await renewing;
        stopping.Dispose();
        try
        {
            await using var connection = await source.OpenConnectionAsync();
            await connection.ExecuteAsync("DELETE FROM nodes WHERE node = $1", CancellationToken.None, node);
        }
        catch (Exception error) when (PostgresErrors.IsConnectionError(error))
        {
            log.LogDebug("This node could not remove itself: {Reason}", PostgresErrors.Explain(error));
        }
    }
}
