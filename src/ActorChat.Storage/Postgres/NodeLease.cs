using ActorChat.Domain;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// Says every few seconds, by the clock of the database, that this node is there, and closes the answers of the bot that a node left running which is
/// there no more. Two nodes that close the same one are told apart by the log: an answer ends once. It also ends what a frozen server would hold the others up with.
/// </summary>
internal sealed class NodeLease(NpgsqlDataSource source, string node, PostgresWriter writer, INodeBus bus, ILogger log) : IAsyncDisposable
{
    static readonly TimeSpan Beat = TimeSpan.FromSeconds(2);

    // Some beats may be lost. Who was gone for longer finds its answers closed, and goes on.
    const string Patience = "interval '10 seconds'";

    // Nobody has a batch under way for so long: what such a node still sends comes too late.
    const string Memory = "interval '1 day'";

    const string IsHere = "INSERT INTO nodes (node, seen_at) VALUES ($1, clock_timestamp()) ON CONFLICT (node) DO UPDATE SET seen_at = excluded.seen_at";

    const string Register = $"""
        WITH here AS ({IsHere} RETURNING node), gone AS (DELETE FROM nodes WHERE node <> $1 AND seen_at < clock_timestamp() - {Memory} RETURNING node),
        forgotten AS (DELETE FROM writers w USING gone g WHERE w.writer = g.node)
        INSERT INTO writers (writer, generation, batch) SELECT node, 1, 0 FROM here ON CONFLICT DO NOTHING
        """;

    const string Orphans = $"""
        SELECT m.conversation_id, m.seq, m.text FROM messages m
        WHERE m.state = 'running' AND NOT EXISTS (SELECT 1 FROM nodes n WHERE n.node = m.claimed_by AND n.seen_at > clock_timestamp() - {Patience})
        ORDER BY m.conversation_id, m.seq
        """;

    // A server that froze, or whose machine is gone, between the call of a batch and the end of its message holds the heads of the log, and before PostgreSQL 17 no time-out ends
    // that: the server waits for the rest. A writer that is well is through within its time-outs, so this takes nothing from it; one that wakes up asks what became of its batch.
    const string EndFrozen = $"""
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = current_user AND application_name = '{PostgresSource.WriterName}'
          AND wait_event = 'ClientRead' AND xact_start < clock_timestamp() - interval '5 seconds'
        """;

    readonly CancellationTokenSource _stop = new();
    Task _beating = Task.CompletedTask;

    /// <summary>From here on this node may write, and its answers are its own.</summary>
    public async Task TakeAsync(CancellationToken stop)
    {
        await RunAsync(Register, stop).ConfigureAwait(false);
        await CloseOrphansAsync(stop).ConfigureAwait(false);
        _beating = BeatAsync();
    }

    /// <summary>The same in a log that has taken the place of the former.</summary>
    public Task RegisterAsync(CancellationToken stop) => RunAsync(Register, stop);

    /// <summary>Whether a server works on this database.</summary>
    public static async Task<bool> IsAnybodyHereAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var ask = new NpgsqlCommand($"SELECT EXISTS (SELECT 1 FROM nodes WHERE seen_at > clock_timestamp() - {Patience})", connection);
        return (bool)(await ask.ExecuteScalarAsync(stop).ConfigureAwait(false))!;
    }

    async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Beat);
        var failing = false;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                try
                {
                    await RunAsync(Register, _stop.Token).ConfigureAwait(false); // a node that was away for very long is forgotten, and comes as a new one
                    await EndFrozenAsync(_stop.Token).ConfigureAwait(false);
                    await CloseOrphansAsync(_stop.Token).ConfigureAwait(false);
                    failing = false;
                }
                catch (Exception error) when (!_stop.IsCancellationRequested)
                {
                    // Whatever it is: a node that gives up would lose its answers to the others.
                    if (!failing) log.LogWarning("This node cannot say that it is there: {Reason}", PostgresErrors.Explain(error));
                    failing = true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It ends.
        }
    }

    async Task EndFrozenAsync(CancellationToken stop)
    {
        await using var end = source.CreateCommand(EndFrozen);
        if ((long)(await end.ExecuteScalarAsync(stop).ConfigureAwait(false))! is > 0 and var count)
            log.LogWarning("{Count} servers had frozen in the middle of a commit and held the log: their connections are ended", count);
    }

    async Task CloseOrphansAsync(CancellationToken stop)
    {
        var orphans = new List<RunningAnswer>();
        await using (var find = source.CreateCommand(Orphans))
        await using (var rows = await find.ExecuteReaderAsync(stop).ConfigureAwait(false))
        {
            while (await rows.ReadAsync(stop).ConfigureAwait(false))
                orphans.Add(new RunningAnswer(new ConversationId(rows.GetString(0)), rows.GetInt64(1), rows.GetString(2)));
        }
        if (orphans.Count == 0) return;
        // Not answered to any actor: this node reads them from the log, as the others do.
        await writer.CommitAsync([.. orphans.Select(answer => answer.Interrupted())], stop).ConfigureAwait(false);
        bus.Ring();
        log.LogInformation("{Count} answers that were cut off are closed as interrupted", orphans.Count);
    }

    async Task RunAsync(string sql, CancellationToken stop)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = node });
        await command.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
    }

    /// <summary>The others need not wait until it is missed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(false);
        _stop.Dispose();
        try
        {
            await RunAsync("DELETE FROM nodes WHERE node = $1", CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.IsOfTheWay(error))
        {
            log.LogDebug("This node could not say that it goes: {Reason}", PostgresErrors.Explain(error));
        }
    }
}
