using System.Net.Sockets;
using ActorChat.Domain;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>What an error of PostgreSQL, or of the way to it, means for the commands that met it.</summary>
internal static class PostgresErrors
{
    /// <summary>What <c>commit_commands</c> raises where a batch came too late, or where nobody remembers its server.</summary>
    public const string Forgotten = "AC001";

    public const string WithoutPooler = "Name PostgreSQL itself in Storage:ConnectionString: nodes pool their connections, and listen on one of them";

    /// <summary>The fault lies in what a command asked for (a value it cannot have, a key that another node was faster with): the others would have been fine.</summary>
    public static bool IsOfTheCommands(PostgresException error) => error.SqlState[..2] is "22" or "23" or "54";

    /// <summary>Definite: the transaction was rolled back, and may be tried again at once.</summary>
    public static bool MayBeTriedAgain(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UniqueViolation;

    /// <summary>
    /// A server that answers with an error has rolled back, except one that is being shut down or has crashed: it says so in the same way whether
    /// the commit went before or not. A broken line and a time-out say nothing.
    /// </summary>
    public static bool LeavesOutcomeOpen(NpgsqlException error) =>
        error is not PostgresException said || said.SqlState[..2] is "08" || said.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown;

    /// <summary>The warning behind a commit that went to no standby. Its text is in the server's language; where in the server it is raised is not.</summary>
    public static bool SaysNotConfirmed(PostgresNotice notice) => notice.Routine == "SyncRepWaitForLSN";

    /// <summary>Everything that a connection that cannot be had may throw.</summary>
    public static bool IsOfTheWay(Exception error) => error is NpgsqlException or SocketException or TimeoutException or IOException;

    /// <summary>One line for an operator.</summary>
    public static string Explain(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "the disk of the database is full",
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => "the database is locked by another program",
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => "the database took too long",
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => "the database is read-only: it is a standby, or was made so",
        PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown } => "the database is starting or going down",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => "the database has no free connection",
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } => "the database refuses this user or password",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => "there is no such database: create it first",
        PostgresException { SqlState: PostgresErrorCodes.ProtocolViolation } refused => $"a pooler, such as PgBouncer, refuses the connection ({OneLine(refused.MessageText)}). {WithoutPooler}",
        PostgresException { SqlState: Forgotten } => "this server was away for too long",
        PostgresException said => $"PostgreSQL reports: {OneLine(said.MessageText)} ({said.SqlState})",
        _ => $"the database cannot be reached: {OneLine((error.InnerException ?? error).Message)}",
    };

    static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
