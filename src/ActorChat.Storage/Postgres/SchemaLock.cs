using ActorChat.Domain;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>Only its holder may migrate a database, or move a log into it. The lock lives as long as the connection.</summary>
internal sealed class SchemaLock : IAsyncDisposable
{
    // Some 20 s together: another node that starts at the same moment may have a table to change.
    const int Attempts = 200;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    SchemaLock(NpgsqlConnection connection) => Connection = connection;

    public NpgsqlConnection Connection { get; }

    /// <exception cref="StoreStartException">Another server holds it for too long, or there is a pooler in between.</exception>
    public static async Task<SchemaLock> TakeAsync(NpgsqlDataSource source, CancellationToken stop)
    {
        var connection = await source.OpenConnectionAsync(stop);
        try
        {
            if (await IsPooledAsync(connection, stop))
                throw new StoreStartException(
                    $"There is a pooler, such as PgBouncer, between ActorChat and PostgreSQL. {PostgresErrors.WithoutPooler}");
            for (var attempt = 1; !await TryLockAsync(connection, stop); attempt++)
            {
                if (attempt == Attempts)
                    throw new StoreStartException(
                        "Another ActorChat is migrating the database or moving a log into it; wait until it is done.");
                await Task.Delay(Pause, stop);
            }
            return new SchemaLock(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // Behind a pooler the next statement may use another connection, so this lock would be lost and no notification would arrive. It shows
    // in the process that answers: it is not the one that was announced when the connection was opened.
    static async Task<bool> IsPooledAsync(NpgsqlConnection connection, CancellationToken stop) =>
        await connection.QueryAsync<int>("SELECT pg_backend_pid()", stop) != connection.ProcessID;

    static Task<bool> TryLockAsync(NpgsqlConnection connection, CancellationToken stop) =>
        connection.QueryAsync<bool>("SELECT pg_try_advisory_lock(hashtext('actorchat.schema'))", stop);

    // A closed connection goes back to its pool and would keep the lock.
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Connection.ExecuteAsync("SELECT pg_advisory_unlock_all()", CancellationToken.None);
        }
        catch (Exception error) when (PostgresErrors.IsConnectionError(error) || error is InvalidOperationException)
        {
            NpgsqlConnection.ClearPool(Connection); // the connection is broken, and its lock is gone
        }
        await Connection.DisposeAsync();
    }
}
