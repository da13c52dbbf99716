using System.Globalization;
using System.Text;
using ActorChat.Domain;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// A database file of the Python chat that this program replaces. It is copied beside itself first and then rebuilt in one
/// transaction, so that whatever happens there is either the old file or the new one, and the copy.
/// </summary>
internal sealed class PredecessorFile(DatabaseFile file, TimeProvider time, ILogger log)
{
    public static readonly string[] Tables = ["users", "conversations", "conversation_participants", "messages"];

    const string Suffix = ".before-actorchat-";
    const string Unfinished = ".unfinished";

    static readonly (string Table, string Column)[] Needed =
    [
        ("users", "user_id"), ("users", "username"), ("conversations", "conversation_id"),
        ("conversation_participants", "conversation_id"), ("conversation_participants", "user_id"),
        ("messages", "conversation_id"), ("messages", "sender_name"), ("messages", "text"),
    ];

    // Not in every version of it.
    static readonly (string Table, string Column)[] Welcome =
    [
        ("users", "created_at"), ("users", "last_activity"), ("conversations", "created_at"), ("conversation_participants", "joined_at"),
        ("messages", "sender_id"), ("messages", "message_type"), ("messages", "created_at"),
    ];

    /// <param name="createTables">Makes our tables, inside the transaction.</param>
    public void TakeOver(SqliteConnection connection, Action createTables)
    {
        foreach (var (table, column) in Needed)
            if (!Has(connection, table, column))
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
                $"{file.Path} could not be taken over from the former chat and was left as it was: {error.Message.ReplaceLineEndings(" ")}", error);
        }
        log.LogInformation("The former chat's history is taken over");
    }

    static bool Has(SqliteConnection connection, string table, string column) =>
        connection.Query<long>($"SELECT count(*) FROM pragma_table_info('{table}') WHERE lower(name) = '{column}'") > 0;

    static void Rebuild(SqliteConnection connection, Action createTables)
    {
        connection.CreateFunction<string?, string?>("name_key", NameKey, isDeterministic: true);
        foreach (var table in Tables) connection.Execute($"ALTER TABLE {table} RENAME TO before_{table}");
        foreach (var (table, column) in Welcome)
            if (!Has(connection, "before_" + table, column))
                connection.Execute($"ALTER TABLE before_{table} ADD COLUMN {column}");
        createTables();
        connection.Execute(Migrations.Script("Sqlite", "predecessor.sql"));
    }

    /// <summary>How names are compared; a name that nobody could take today is folded as far as that goes.</summary>
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

    /// <summary>Through SQLite's own backup, which sees the WAL too. It has its name only when it is whole and checked.</summary>
    string Copy()
    {
        foreach (var leftover in Directory.GetFiles(Path.GetDirectoryName(file.Path)!, Path.GetFileName(file.Path) + Suffix + "*" + Unfinished + "*"))
            File.Delete(leftover);
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
                throw new StoreStartException($"The copy of {file.Path} is not complete; the file was left as it was.");
        }
    }
}
