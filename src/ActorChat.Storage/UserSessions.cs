using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using ActorChat.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorChat.Storage;

/// <summary>
/// Ends the sessions of a user for the operator (the command <c>sign-out</c>). Servers may be running on the database; they poll for
/// revoked tokens. On SQLite this opens a second writing connection beside the running server's, the only place in the product that does.
/// </summary>
public static class UserSessions
{
    const string Named = "(SELECT user_id FROM users WHERE username = $1 OR name_key = $2)";
    const string Count = $"SELECT count(*) FROM users WHERE user_id IN {Named}";
    const string Revoke = $"revoked_at IS NULL AND user_id IN {Named}";

    /// <returns>The number of sessions that were ended; null if nobody has this name.</returns>
    /// <exception cref="StoreUnavailableException">The database is unreachable, locked or not an ActorChat database.</exception>
    public static Task<int?> EndAllAsync(StorageOptions options, UserName name, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(name);
        return options.Provider == StorageOptions.Postgres ? EndInPostgresAsync(
            options, name, stop) : Task.Run(() => EndInSqlite(options, name, time), stop);
    }

    static async Task<int?> EndInPostgresAsync(StorageOptions options, UserName name, CancellationToken stop)
    {
        try
        {
            await using var source = PostgresSource.Create(options, "sign-out", connections: 1);
            await using var connection = await source.OpenConnectionAsync(stop);
            if (await connection.QueryAsync<long>(Count, stop, name.Shown, name.Folded) == 0) return null;
            return await connection.ExecuteAsync(
                $"UPDATE sessions SET revoked_at = clock_timestamp() WHERE {Revoke}", stop, name.Shown, name.Folded);
        }
        catch (Exception error) when (PostgresErrors.IsConnectionError(error))
        {
            throw new StoreUnavailableException(PostgresErrors.Explain(error), error);
        }
    }

    static int? EndInSqlite(StorageOptions options, UserName name, TimeProvider time)
    {
        try
        {
            using var connection = new DatabaseFile(options).Open(SqliteOpenMode.ReadWrite);
            if (connection.Query<long>(Count, name.Shown, name.Folded) == 0) return null;
            var now = StoredValues.Time(time.GetUtcNow());
            return connection.Execute($"UPDATE sessions SET revoked_at = $3 WHERE {Revoke}", name.Shown, name.Folded, now);
        }
        catch (SqliteException error)
        {
            throw new StoreUnavailableException(SqliteErrors.Explain(error), error);
        }
    }
}
