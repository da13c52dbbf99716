using ActorChat.Domain;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorChat.Storage.Sqlite;

/// <summary>What an error of SQLite means for the commands of the transaction.</summary>
internal static class SqliteErrors
{
    /// <summary>One command caused it; the transaction continues without that command.</summary>
    public static bool IsOfOneCommand(SqliteException error) => error.SqliteErrorCode
        is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE;

    /// <summary>
    /// Whether the transaction may have been committed. Nothing of it is visible before COMMIT succeeds, but after a disk error in COMMIT
    /// itself that is unknown.
    /// </summary>
    public static bool LeavesOutcomeOpen(SqliteException errorOfCommit) => errorOfCommit.SqliteErrorCode
        is not (raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL);

    /// <summary>One line for the operator.</summary>
    public static string Explain(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "the database is locked by another program",
        raw.SQLITE_FULL => "the disk is full, or the database has reached its own size limit",
        raw.SQLITE_READONLY => "the database file, its folder or its file system is read-only",
        raw.SQLITE_CANTOPEN => "the database file cannot be opened: check that the folder exists and that this user may write in it",
        raw.SQLITE_NOTADB => "the file is not a SQLite database",
        raw.SQLITE_CORRUPT => "the database file is damaged: restore a backup",
        raw.SQLITE_IOERR => $"the disk reports an error ({error.SqliteExtendedErrorCode})",
        raw.SQLITE_NOMEM => "there is not enough memory",
        _ => "SQLite reports: " + error.Message.ReplaceLineEndings(" "),
    };
}
