using ActorChat.Domain;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ActorChat.Storage.Sqlite;

/// <summary>Creates or migrates the tables of a file.</summary>
internal sealed class SqliteSchema(DatabaseFile file, TimeProvider time, ILogger log)
{
    static readonly SortedDictionary<int, string> Scripts = Migrations.Numbered("Sqlite");

    /// <exception cref="StoreStartException">The file belongs to another program, or to a newer version.</exception>
    public void Prepare()
    {
        RejectOtherFiles();
        using var connection = file.Open(SqliteOpenMode.ReadWriteCreate);
        connection.Execute("PRAGMA foreign_keys = OFF; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536");
        switch (Owner(connection))
        {
            case FileOwner.Nobody:
                InTransaction(connection, () => CreateTables(connection));
                break;
            case FileOwner.Predecessor:
                new PredecessorFile(file, time, log).TakeOver(connection, () => CreateTables(connection));
                break;
            case FileOwner.Other:
                throw new StoreStartException(
                    $"{file.Path} is a database of another program; name another file in Storage:ConnectionString.");
        }
        Upgrade(connection);
        if (connection.Query<string>("PRAGMA journal_mode = WAL") != "wal")
            throw new StoreStartException(
                $"{file.Path} is on a file system that does not support SQLite's write-ahead log; move it to a local disk.");
        KeyIndex.CatchUp(connection, log);
    }

    /// <summary>SQLite treats a file shorter than one page as an empty database and would overwrite it.</summary>
    void RejectOtherFiles()
    {
        if (!File.Exists(file.Path) || File.Exists(file.Path + "-journal")) return; // SQLite repairs a file with a journal
        using var content = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> start = stackalloc byte[16];
        var length = content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (length > 0 && !start.SequenceEqual("SQLite format 3\0"u8))
            throw new StoreStartException($"{file.Path} is not a SQLite database; name another file in Storage:ConnectionString.");
    }

    static FileOwner Owner(SqliteConnection connection)
    {
        var tables = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        using (var rows = connection.Rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"))
            while (rows.Read()) tables.Add(rows.GetString(0));
        if (tables.Count == 0) return FileOwner.Nobody;
        if (tables.Contains("meta")) return tables.Contains("changes") ? FileOwner.ActorChat : FileOwner.Other;
        return PredecessorFile.Tables.All(tables.Contains) ? FileOwner.Predecessor : FileOwner.Other;
    }

    void Upgrade(SqliteConnection connection)
    {
        var current = connection.Query<long>("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'schema'");
        var newest = Scripts.Keys.Max();
        if (current > newest)
            throw new StoreStartException(
                $"{file.Path} was written by a newer ActorChat (schema {current}, not {newest} or older). Start that version or a newer one.");
        foreach (var (number, script) in Scripts)
        {
            if (number <= current) continue;
            InTransaction(connection, () => connection.Execute($"{script}; UPDATE meta SET value = '{number}' WHERE key = 'schema'"));
            log.LogInformation("The database was migrated to schema {Number}", number);
        }
    }

    /// <summary>Runs the first migration and inserts the rows that every database has.</summary>
    void CreateTables(SqliteConnection connection)
    {
        var now = StoredValues.Time(time.GetUtcNow());
        connection.Execute(Scripts[1]);
        connection.Execute($"""
            INSERT INTO meta (key, value)
                VALUES ('schema', '1'), ('epoch', '{Guid.NewGuid():N}'), ('created_at', '{now}'), ('keys_indexed_to', '0');
            INSERT INTO conversations (conversation_id, created_at, updated_at, title, kind)
                VALUES ('{ConversationId.Default}', '{now}', '{now}', 'General', 'public');
            INSERT INTO users (user_id, username, name_key, created_at) VALUES ('{Author.Bot.Id}', '{Author.Bot.Name}', 'aibot', '{now}');
            """);
    }

    static void InTransaction(SqliteConnection connection, Action change)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            change();
            connection.Execute("COMMIT");
        }
        catch
        {
            connection.Close(); // rolls back
            throw;
        }
    }

    enum FileOwner { Nobody, ActorChat, Predecessor, Other }
}
