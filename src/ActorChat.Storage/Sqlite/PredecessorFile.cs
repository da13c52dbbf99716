using System.Globalization;
using System.Text;
using ActorChat.Domain;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// A database file of the Python chat that this program replaces. It is copied first and then rebuilt in one transaction: whatever happens,
/// the file is either the old or the new one, and the copy is there.
/// </summary>
internal sealed class PredecessorFile(DatabaseFile file, TimeProvider time, ILogger log)
{
    public static readonly string[] Tables = ["users", "conversations", "conversation_participants", "messages"];

    const string Suffix = ".before-actorchat-";
    const string Unfinished = ".unfinished";

    static readonly (string Table, string Column)[] Required =
    [
        ("users", "user_id"), ("users", "username"), ("conversations", "conversation_id"),
        ("conversation_participants", "conversation_id"), ("conversation_participants", "user_id"),
        ("messages", "conversation_id"), ("messages", "sender_name"), ("messages", "text"),
    ];

    // Some versions of the predecessor lack them.
    static readonly (string Table, string Column)[] Optional =
    [
        ("users", "created_at"), ("users", "last_activity"), ("conversations", "created_at"), ("conversation_participants", "joined_at"),
        ("messages", "sender_id"), ("messages", "message_type"), ("messages", "created_at"),
    ];

    /// <param name="createTables">Creates our tables, inside the transaction.</param>
    public void TakeOver(SqliteConnection connection, Action createTables)
    {
        foreach (var (table, column) in Required)
            if (!HasColumn(connection, table, column))
                throw new StoreStartException($"{file.Path} cannot be taken over: its table {table} has no column {column}.");
        try
        {
            connection.Execute("BEGIN IMMEDIATE"); // from here on nobody else writes, so the copy is of what is migrated
            var copy = Copy();
            log.LogInformation("Taking over the database of the former chat; it was copied to {Copy}", copy);
            Rebuild(connection, createTables);
            connection.Execute("COMMIT");
        }
        catch (SqliteException error)
        {
            connection.Close(); // rolls back
            throw new StoreStartException(
                $"{file.Path} could not be taken over and was left as it was: {error.Message.ReplaceLineEndings(" ")}", error);
        }
        log.LogInformation("The history of the former chat has been taken over");
    }

    static bool HasColumn(SqliteConnection connection, string table, string column) =>
        connection.Query<long>("SELECT count(*) FROM pragma_table_info($1) WHERE lower(name) = $2", table, column) > 0;

    static void Rebuild(SqliteConnection connection, Action createTables)
    {
        connection.CreateFunction<string?, string?>("name_key", NameKey, isDeterministic: true);
        foreach (var table in Tables) connection.Execute($"ALTER TABLE {table} RENAME TO before_{table}");
        foreach (var (table, column) in Optional)
            if (!HasColumn(connection, "before_" + table, column))
                connection.Execute($"ALTER TABLE before_{table} ADD COLUMN {column}");
        createTables();
        connection.Execute(Migrations.Script("Sqlite", "predecessor.sql"));
    }

    /// <summary>The form of a name that is compared. A name that today's rules forbid is folded as far as possible.</summary>
    static string? NameKey(string? name)
    {
        if (name is null) return null;
        if (UserName.TryCreate(name) is { } valid) return valid.Folded;
        try
        {
            return name.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return name; // not valid Unicode
        }
    }

    /// <summary>
    /// Copies with SQLite's own backup, which includes the WAL. The copy gets its final name only when it is complete and verified.
    /// </summary>
    string Copy()
    {
        var (folder, name) = (Path.GetDirectoryName(file.Path)!, Path.GetFileName(file.Path));
        foreach (var leftover in Directory.GetFiles(folder, $"{name}{Suffix}*{Unfinished}*")) File.Delete(leftover);
        var copy = file.Path + Suffix + time.GetUtcNow().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        var settings = new SqliteConnectionStringBuilder { DataSource = copy + Unfinished, Pooling = false };
        using (var original = file.Open(SqliteOpenMode.ReadOnly)) // the connection that holds the write lock cannot be copied from
        using (var target = new SqliteConnection(settings.ConnectionString))
        {
            target.Open();
            original.BackupDatabase(target);
            target.Execute("PRAGMA journal_mode = DELETE"); // one file, without a WAL beside it
            Verify(original, target);
        }
        File.Move(copy + Unfinished, copy);
        return copy;
    }

    void Verify(SqliteConnection original, SqliteConnection copy)
    {
        var problem = copy.Query<string>("PRAGMA quick_check(1)");
        if (problem != "ok")
            throw new StoreStartException($"{file.Path} is damaged and was left as it was: {problem?.ReplaceLineEndings(" ")}");
        foreach (var table in Tables)
        {
            var count = $"SELECT count(*) FROM {table}";
            if (original.Query<long>(count) != copy.Query<long>(count))
                throw new StoreStartException($"The copy of {file.Path} is incomplete; the file was left as it was.");
        }
    }
}
