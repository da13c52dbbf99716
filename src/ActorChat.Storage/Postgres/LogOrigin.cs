using ActorChat.Domain;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// Where a log lives: which cluster of PostgreSQL, and on which of its timelines. A restored dump has another cluster; a promoted standby and a recovery to a
/// point in time have another timeline. A connection never changes it, so it is looked at once for each.
/// </summary>
internal sealed class LogOrigin
{
    const string Query = "SELECT (SELECT system_identifier FROM pg_control_system()) || ' ' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)";

    volatile string? _known;

    public static async Task<string> ReadAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        await using var ask = new NpgsqlCommand(Query, connection);
        return (string)(await ask.ExecuteScalarAsync(stop).ConfigureAwait(false))!;
    }

    /// <summary>From now on only connections to this one are good.</summary>
    public async Task TakeAsync(NpgsqlConnection connection, CancellationToken stop) => _known = await ReadAsync(connection, stop).ConfigureAwait(false);

    /// <exception cref="LogReplacedException">The connection leads to another log.</exception>
    public async Task CheckAsync(NpgsqlConnection connection)
    {
        await using var ask = new NpgsqlCommand("SELECT CASE WHEN NOT pg_is_in_recovery() THEN (" + Query + ") END", connection);
        if (await ask.ExecuteScalarAsync().ConfigureAwait(false) is not string origin) throw new StoreUnavailableException("the database is a standby");
        if (_known is { } known && origin != known) throw new LogReplacedException();
    }
}

/// <summary>Nothing was saved, and nothing can be until the new log is known here.</summary>
internal sealed class LogReplacedException() : StoreUnavailableException("the database was replaced by another one")
{
    /// <summary>Whether that is the reason: where there are several hosts, their errors come wrapped up together.</summary>
    public static bool IsBehind(Exception error) =>
        error is LogReplacedException
        || (error is AggregateException several ? several.InnerExceptions.Any(IsBehind) : error.InnerException is { } inner && IsBehind(inner));
}
