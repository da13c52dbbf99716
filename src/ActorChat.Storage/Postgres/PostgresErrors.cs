using System.Net.Sockets;
using ActorChat.Domain;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>What an error of PostgreSQL, or of the connection to it, means for the commands of the batch.</summary>
internal static class PostgresErrors
{
    /// <summary>
    /// The error code of <c>commit_commands</c> for a batch that comes too late, or from a server that is not registered.
    /// </summary>
    public const string WriterUnknown = "AC001";

    public const string WithoutPooler =
        "Name PostgreSQL itself in Storage:ConnectionString: ActorChat pools its connections, and listens for notifications on one of them";

    /// <summary>
    /// One command caused it (an impossible value, or a key that another node stored first); the others would have succeeded.
    /// </summary>
    public static bool IsCausedByCommand(PostgresException error) => error.SqlState[..2] is "22" or "23" or "54";

    /// <summary>The transaction was rolled back and may be tried again at once.</summary>
    public static bool IsTransient(PostgresException error) => error.SqlState
        is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UniqueViolation;

    /// <summary>
    /// Whether the transaction may have been committed. A server that answers with an error has rolled back, unless it is shutting down or
    /// has crashed: then the error is the same before and after the commit. A broken connection and a timeout tell nothing.
    /// </summary>
    public static bool LeavesOutcomeOpen(NpgsqlException error) =>
        error is not PostgresException { SqlState: var code }
        || code[..2] is "08" || code is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown;

    /// <summary>
    /// The warning after a commit that no standby has confirmed. Its text depends on the language of the server, so the routine that raises
    /// it is compared.
    /// </summary>
    public static bool IsMissingStandbyWarning(PostgresNotice notice) => notice.Routine == "SyncRepWaitForLSN";

    /// <summary>Every exception that a broken or unavailable connection may throw.</summary>
    public static bool IsConnectionError(Exception error) => error is NpgsqlException or SocketException or TimeoutException or IOException;

    /// <summary>One line for the operator.</summary>
    public static string Explain(Exception error) => error is PostgresException reported
        ? Explain(reported)
        : $"the database cannot be reached: {OneLine((error.InnerException ?? error).Message)}";

    static string Explain(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.DiskFull => "the disk of the database is full",
        PostgresErrorCodes.LockNotAvailable => "the database is locked by another program",
        PostgresErrorCodes.QueryCanceled => "the database took too long",
        PostgresErrorCodes.ReadOnlySqlTransaction => "the database is read-only: it is a standby, or was made read-only",
        PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown =>
            "the database is starting or shutting down",
        PostgresErrorCodes.TooManyConnections => "the database has no free connection",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            "the database rejects this user or password",
        PostgresErrorCodes.InvalidCatalogName => "there is no such database: create it first",
        PostgresErrorCodes.ProtocolViolation =>
            $"a pooler, such as PgBouncer, rejects the connection ({OneLine(error.MessageText)}). {WithoutPooler}",
        WriterUnknown => "this server was away for too long",
        _ => $"PostgreSQL reports: {OneLine(error.MessageText)} ({error.SqlState})",
    };

    static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
