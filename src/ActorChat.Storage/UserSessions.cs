using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using ActorChat.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorChat.Storage;

/// <summary>The sessions of a user as an operator ends them, beside servers that may be running: those find out by themselves.</summary>
public static class UserSessions
{
    const string Named = "(SELECT user_id FROM users WHERE username = $1 OR name_key = $2)";
    const string Count = $"SELECT count(*) FROM users WHERE user_id IN {Named}";

    /// <returns>How many were ended; null where nobody has this name.</returns>
    /// <exception cref="StoreUnavailableException">The database is away, locked, or none of ours.</exception>
    public static Task<int?> EndAllAsync(StorageOptions options, UserName name, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(name);
        return options.Provider == StorageOptions.Postgres ? EndInPostgresAsync(options, name, stop) : Task.Run(() => EndInSqlite(options, name), stop);
    }

    static async Task<int?> EndInPostgresAsync(StorageOptions options, UserName name, CancellationToken stop)
    {
        try
        {
            await using var source = PostgresSource.Create(options, "sign-out", connections: 1);
            await using var count = source.CreateCommand(Count);
            await using var end = source.CreateCommand($"UPDATE sessions SET revoked_at = clock_timestamp() WHERE revoked_at IS NULL AND user_id IN {Named}");
            foreach (var command in new[] { count, end })
                foreach (var value in new[] { name.Shown, name.Folded })
                    command.Parameters.Add(new() { Value = value });
            return await count.ExecuteScalarAsync(stop).ConfigureAwait(false) is > 0L ? await end.ExecuteNonQueryAsync(stop).ConfigureAwait(false) : null;
        }
        catch (Exception error) when (PostgresErrors.IsOfTheWay(error))
        {
            throw new StoreUnavailableException(PostgresErrors.Explain(error), error);
        }
    }

    static int? EndInSqlite(StorageOptions options, UserName name)
    {
        try
        {
            using var connection = new DatabaseFile(options).Open(SqliteOpenMode.ReadWrite);
            using var count = connection.CreateCommand();
            using var end = connection.CreateCommand();
            count.CommandText = Count;
            end.CommandText = $"UPDATE sessions SET revoked_at = $3 WHERE revoked_at IS NULL AND user_id IN {Named}";
            end.Parameters.AddWithValue("$3", StoredValues.Time(TimeProvider.System.GetUtcNow()));
            foreach (var command in new[] { count, end })
            {
                command.Parameters.AddWithValue("$1", name.Shown);
                command.Parameters.AddWithValue("$2", name.Folded);
            }
            return count.ExecuteScalar() is > 0L ? end.ExecuteNonQuery() : null;
        }
        catch (SqliteException error)
        {
            throw new StoreUnavailableException(SqliteErrors.Explain(error), error);
        }
    }
}
