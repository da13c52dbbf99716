using System.Diagnostics;
using ActorChat.Domain;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>One at a time brings a database to what this version works with, or moves a log into it. The lock lives as long as the connection.</summary>
internal sealed class SchemaLock : IAsyncDisposable
{
    // Another node that starts at the same moment may have a table to change.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), Step = TimeSpan.FromMilliseconds(100);

    SchemaLock(NpgsqlConnection connection) => Connection = connection;

    public NpgsqlConnection Connection { get; }

    /// <exception cref="StoreStartException">Another server has it for too long, or the connection is not one's own.</exception>
    public static async Task<SchemaLock> TakeAsync(NpgsqlDataSource source, CancellationToken stop)
    {
        var connection = await source.OpenConnectionAsync(stop).ConfigureAwait(false);
        try
        {
            if (await IsPooledAsync(connection, stop).ConfigureAwait(false))
                throw new StoreStartException($"Between ActorChat and PostgreSQL stands a pooler, such as PgBouncer. {PostgresErrors.WithoutPooler}");
            for (var since = Stopwatch.StartNew(); !await TryLockAsync(connection, stop).ConfigureAwait(false); await Task.Delay(Step, stop).ConfigureAwait(false))
                if (since.Elapsed > Patience)
                    throw new StoreStartException("The database is being upgraded or moved into by another ActorChat; wait until that has ended.");
            return new SchemaLock(connection);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // Then this lock would be somebody else's with the next statement, and nobody would hear a notification. Who answers is not the one who has introduced itself.
    static async Task<bool> IsPooledAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var ask = new NpgsqlCommand("SELECT pg_backend_pid()", connection);
        return (int)(await ask.ExecuteScalarAsync(stop).ConfigureAwait(false))! != connection.ProcessID;
    }

    static async Task<bool> TryLockAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(hashtext('actorchat.schema'))", connection);
        return (bool)(await command.ExecuteScalarAsync(stop).ConfigureAwait(false))!;
    }

    // Connections are pooled: a closed one would keep the lock until it is used again.
    public async ValueTask DisposeAsync()
    {
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", Connection);
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.IsOfTheWay(error) || error is InvalidOperationException)
        {
            NpgsqlConnection.ClearPool(Connection); // the connection is broken, and its lock is gone with it
        }
        await Connection.DisposeAsync().ConfigureAwait(false);
    }
}
