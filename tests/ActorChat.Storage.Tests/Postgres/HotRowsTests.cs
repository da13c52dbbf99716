using ActorChat.Storage.Postgres;

namespace ActorChat.Storage.Tests.Postgres;

/// <summary>The few rows that every commit updates.</summary>
public sealed class HotRowsTests : NodesOnOneDatabase
{
    [SkippableFact]
    public async Task Counters_are_updated_in_place_and_their_tables_stay_small()
    {
        const int Commits = 400;
        var node = await NodeAsync("one");
        for (var n = 0; n < Commits; n++) await Commit(node, Command.Post($"text {n}"));
        await node.DisposeAsync(); // PostgreSQL publishes the statistics of a session when it ends

        await using var connection = await ConnectAsync();
        var tables = new List<(string Name, long Updates, long InPlace, long Bytes)>();
        await Deadline.UntilAsync(async () =>
        {
            tables = await connection.RowsAsync("""
                SELECT relname, n_tup_upd, n_tup_hot_upd, pg_relation_size(relid) FROM pg_stat_user_tables
                WHERE relname IN ('log_heads', 'conversations', 'writers') ORDER BY relname
                """, row => (row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), None);
            return tables.Count == 3 && tables.All(table => table.Updates >= Commits);
        }, Deadline.Usual, () => $"The statistics are incomplete: {string.Join(", ", tables)}");

        // HOT updates change no index, and PostgreSQL reuses the space of dead rows on their page.
        Assert.All(tables, table => Assert.True(table.InPlace >= 0.95 * table.Updates && table.Bytes <= 10 * 8192, table.ToString()));
    }
}
