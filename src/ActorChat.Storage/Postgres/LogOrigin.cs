using ActorChat.Domain;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// Identifies where a log lives: which PostgreSQL cluster, and which of its timelines. A restored dump is in another cluster; a promoted
/// standby and a point-in-time recovery are on another timeline. A connection never changes it, so each connection is checked once.
/// </summary>
internal sealed class LogOrigin
{
    const string Query =
        "SELECT (SELECT system_identifier FROM pg_control_system()) || ' ' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)";
    const string QueryOfPrimary = $"SELECT CASE WHEN NOT pg_is_in_recovery() THEN ({Query}) END";

    volatile string? expected;

    public static async Task<string> ReadAsync(NpgsqlConnection connection, CancellationToken stop) =>
        (await connection.QueryAsync<string>(Query, stop))!;

    /// <summary>From now on only connections to this origin are accepted.</summary>
    public async Task AcceptAsync(NpgsqlConnection connection, CancellationToken stop) => expected = await ReadAsync(connection, stop);

    /// <exception cref="LogReplacedException">The connection leads to another log.</exception>
    public async Task CheckAsync(NpgsqlConnection connection)
    {
        var origin = await connection.QueryAsync<string>(QueryOfPrimary, CancellationToken.None)
            ?? throw new StoreUnavailableException("the database is a standby");
        if (expected is not null && origin != expected) throw new LogReplacedException();
    }
}

/// <summary>The log was replaced. Nothing was saved, and nothing can be until this node has accepted the new log.</summary>
internal sealed class LogReplacedException() : StoreUnavailableException("the database was replaced by another one")
{
    /// <summary>Whether it is the cause of an error: with several hosts Npgsql wraps the errors of all of them.</summary>
    public static bool IsCauseOf(Exception error) =>
        error is LogReplacedException
        || (error is AggregateException several
            ? several.InnerExceptions.Any(IsCauseOf)
            : error.InnerException is { } inner && IsCauseOf(inner));
}

/// <summary>Entries that were in the log are missing.</summary>
internal sealed class LogTruncatedException() : Exception("the log is shorter than before");
