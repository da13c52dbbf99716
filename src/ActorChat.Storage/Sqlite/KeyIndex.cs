using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// The table `message_keys`, and how it catches up with `messages` before a server writes to a file. After a crash a few thousand keys are
/// missing, which the writer loads by itself. A file that another tool has filled may lack millions, which takes some seconds.
/// </summary>
internal static class KeyIndex
{
    // The writer loads this many into memory in some 20 ms, and moves them into the index when it has time.
    const int LeftToTheWriter = 20_000;

    // Keys in one transaction: with larger parts the whole table is walked through less often; each key costs 16 bytes of memory.
    const int Part = 250_000;

    public const string Missing = "SELECT id, sender_id, key FROM messages WHERE id > ?1 AND key IS NOT NULL ORDER BY id LIMIT ?2";

    // If another tool has stored a key twice, the first message owns it, as if both had been posted to this server.
    public const string Insert = "INSERT INTO message_keys (hash, message_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";

    public const string SaveReach =
        "INSERT INTO meta (key, value) VALUES ('keys_indexed_to', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value";

    /// <summary>The id of the newest message whose key is in the index.</summary>
    public static long ReachesTo(SqliteConnection connection) =>
        connection.Query<long>("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'keys_indexed_to'");

    /// <summary>Works part by part, so that the next start resumes if the process dies.</summary>
    public static void CatchUp(SqliteConnection connection, ILogger log)
    {
        var from = ReachesTo(connection);
        var missing = connection.Query<long>("SELECT count(*) FROM messages WHERE id > $1 AND key IS NOT NULL", from);
        if (missing <= LeftToTheWriter) return;
        log.LogInformation("Building the index of message keys: {Count} messages are missing", missing);
        using var statements = new StatementSet(connection);
        var next = statements.Prepare(Missing);
        var insert = statements.Prepare(Insert);
        var saveReach = statements.Prepare(SaveReach);
        var part = new List<(long Hash, long Id)>();
        for (var done = 0L; done < missing; done += part.Count)
        {
            part.Clear();
            next.Bind(1, from).Bind(2, Part);
            while (next.Step()) part.Add((MessageKeys.Hash(next.Text(1), next.Text(2)), next.Int64(0)));
            next.Reset();
            if (part.Count == 0) return;
            from = part[^1].Id;
            part.Sort(); // in the order of the index; of two messages with one key the first comes first
            connection.Execute("BEGIN IMMEDIATE");
            foreach (var (hash, id) in part) insert.Bind(1, hash).Bind(2, id).Run();
            saveReach.Bind(1, from).Run();
            connection.Execute("COMMIT");
            log.LogInformation("Building the index of message keys: {Done} of {Count} done", done + part.Count, missing);
        }
    }
}
