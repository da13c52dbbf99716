using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// The table `message_keys`, and how it comes up to `messages` before a server writes to a file. After a crash a few thousand keys are
/// missing, which the writer finds by itself; a file that was filled by other means may miss millions, and that takes a while.
/// </summary>
internal static class KeyIndex
{
    // As many as the writer takes into memory in some 20 ms; it puts them into the index when it has time.
    const int LeftToTheWriter = 20_000;

    // In one transaction: the larger, the fewer times the whole table is walked through; each costs 16 bytes of memory.
    const int Part = 250_000;

    public const string Tail = "SELECT id, sender_id, key FROM messages WHERE id > ?1 AND key IS NOT NULL ORDER BY id LIMIT ?2";

    // A key that is there twice in a file of other making belongs to its first message, as if it had been sent here.
    public const string Insert = "INSERT INTO message_keys (hash, message_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";

    public const string Mark = "INSERT INTO meta (key, value) VALUES ('keys_indexed_to', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value";

    /// <summary>The id of the newest message whose key is in it.</summary>
    public static long ReachesTo(SqliteConnection connection) =>
        long.TryParse(connection.Query<string>("SELECT value FROM meta WHERE key = 'keys_indexed_to'"), CultureInfo.InvariantCulture, out var id) ? id : 0;

    /// <summary>Part by part, so that a process that dies in between goes on from there.</summary>
    public static void CatchUp(SqliteConnection connection, ILogger log)
    {
        var from = ReachesTo(connection);
        var missing = connection.Query<long>($"SELECT count(*) FROM messages WHERE id > {from.ToString(CultureInfo.InvariantCulture)} AND key IS NOT NULL");
        if (missing <= LeftToTheWriter) return;
        log.LogInformation("The index of keys lacks {Count} messages; building it", missing);
        using var tail = new Statement(connection, Tail);
        using var insert = new Statement(connection, Insert);
        using var mark = new Statement(connection, Mark);
        var part = new List<(long Hash, long Id)>();
        for (var done = 0L; done < missing; done += part.Count)
        {
            part.Clear();
            tail.Bind(1, from).Bind(2, Part);
            while (tail.Step()) part.Add((MessageKeys.Hash(tail.Text(1), tail.Text(2)), tail.Int64(0)));
            tail.Reset();
            if (part.Count == 0) return;
            from = part[^1].Id;
            part.Sort(); // in the order of the table, and of two messages with one key the first one first
            connection.Execute("BEGIN IMMEDIATE");
            foreach (var (hash, id) in part) insert.Bind(1, hash).Bind(2, id).Run();
            mark.Bind(1, from).Run();
            connection.Execute("COMMIT");
            log.LogInformation("The index of keys has {Done} of {Count}", done + part.Count, missing);
        }
    }
}
