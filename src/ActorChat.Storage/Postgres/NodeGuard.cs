using System.Diagnostics;
using ActorChat.Actors.Persistence;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// Keeps a second server off the same database, with a lock that lives as long as one connection. Where that connection breaks and somebody
/// else takes over, the batches of this store come too late (see <see cref="PostgresWriter.RegisterAsync"/>), so nothing is ever written twice.
/// </summary>
internal sealed class NodeGuard : IAsyncDisposable
{
    // The server of a process that was killed needs a moment to notice.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3), Step = TimeSpan.FromMilliseconds(100);

    NodeGuard(NpgsqlConnection connection) => Connection = connection;

    public NpgsqlConnection Connection { get; }

    /// <exception cref="StoreStartException">Another server has it.</exception>
    public static async Task<NodeGuard> TakeAsync(NpgsqlDataSource source, CancellationToken stop)
    {
        var connection = await source.OpenConnectionAsync(stop).ConfigureAwait(false);
        try
        {
            for (var since = Stopwatch.StartNew(); !await TryLockAsync(connection, stop).ConfigureAwait(false); await Task.Delay(Step, stop).ConfigureAwait(false))
                if (since.Elapsed > Patience)
                    throw new StoreStartException("Another ActorChat is running on this database; this version has one server to a database.");
            return new NodeGuard(connection);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    static async Task<bool> TryLockAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtext('actorchat.node'))", connection);
        return (bool)(await command.ExecuteScalarAsync(stop).ConfigureAwait(false))!;
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
