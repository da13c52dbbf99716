using ActorChat.Domain;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorChat.Storage.Sqlite;

/// <summary>What an error of SQLite means for the commands that met it.</summary>
internal static class SqliteErrors
{
    /// <summary>The fault lies in what one command asked for; the transaction goes on without it.</summary>
    public static bool IsOfOneCommand(SqliteException error) => error.SqliteErrorCode
        is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE;

    /// <summary>Before its COMMIT has succeeded nothing of a transaction can be seen, but an error of the disk in COMMIT itself says too little.</summary>
    public static bool LeavesOutcomeOpen(SqliteException errorOfCommit) => errorOfCommit.SqliteErrorCode
        is not (raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL);

    /// <summary>One line for an operator.</summary>
    public static string Explain(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "the database is locked by another program",
        raw.SQLITE_FULL => "the disk, or the database's own limit, is full",
        raw.SQLITE_READONLY => "the database file, its folder or its file system is read-only",
        raw.SQLITE_CANTOPEN => "the database file cannot be opened: check that the folder exists and that this user may write in it",
        raw.SQLITE_NOTADB => "the file is not a SQLite database",
        raw.SQLITE_CORRUPT => "the database file is damaged: restore a backup",
        raw.SQLITE_IOERR => "the disk reports an error (" + error.SqliteExtendedErrorCode + ")",
        raw.SQLITE_NOMEM => "there is not enough memory",
        _ => "SQLite reports: " + error.Message.ReplaceLineEndings(" "),
    };
}
