using System.Diagnostics;
using Npgsql;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>The few rows that every commit changes.</summary>
public sealed class HotRowsTests : SharedDatabase
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [SkippableFact]
    public async Task The_counters_that_every_commit_changes_are_changed_in_place_and_stay_small()
    {
        const int Commits = 400;
        var node = await NodeAsync("one");
        for (var n = 0; n < Commits; n++) await Commit(node, Say.Post($"text {n}"));
        await node.DisposeAsync(); // what its sessions have counted comes with their end

        await using var connection = new NpgsqlConnection(Database + ";Pooling=false");
        await connection.OpenAsync();
        await using var ask = new NpgsqlCommand("""
            SELECT relname, n_tup_upd, n_tup_hot_upd, pg_relation_size(relid) FROM pg_stat_user_tables
            WHERE relname IN ('log_heads', 'conversations', 'writers') ORDER BY relname
            """, connection);
        var tables = new List<(string Name, long Updates, long InPlace, long Bytes)>();
        for (var since = Stopwatch.StartNew(); tables.Count < 3 || tables.Any(t => t.Updates < Commits); await Task.Delay(20))
        {
            Assert.True(since.Elapsed < Patience, $"It has not been counted: {string.Join(", ", tables)}");
            tables.Clear();
            await using var rows = await ask.ExecuteReaderAsync();
            while (await rows.ReadAsync()) tables.Add((rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3)));
        }

        // No index has to follow, and what is dead makes room by itself.
        Assert.All(tables, table => Assert.True(table.InPlace >= 0.95 * table.Updates && table.Bytes <= 10 * 8192, table.ToString()));
    }
}
