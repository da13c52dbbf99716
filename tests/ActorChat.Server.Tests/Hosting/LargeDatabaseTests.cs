using System.Diagnostics;
using System.Globalization;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace ActorChat.Server.Tests.Hosting;

/// <summary>A history of a million messages. How long things take is written down, and judged only where it is far off.</summary>
[Collection(LoadTests.Name)]
public sealed class LargeDatabaseTests(ITestOutputHelper output)
{
    const int Messages = 1_000_000;

    static async Task FillAsync(string database)
    {
        await using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandTimeout = 300;
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
            PRAGMA synchronous = OFF;
            BEGIN;
            INSERT INTO users (user_id, username, name_key, created_at) VALUES ('u-ann', 'ann', 'ann', '2026-01-01T00:00:00.000Z');
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Messages})
            INSERT INTO messages (conversation_id, seq, sender_id, sender_name, text, message_type, created_at, key)
                SELECT 'default', i, 'u-ann', 'ann', 'line ' || i || ', about as long as what people say', 'user_message', '2026-01-01T00:00:00.000Z', printf('key-%013d', i) FROM n;
            UPDATE conversations SET head = {Messages};
            COMMIT;
            """);
        await command.ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task A_million_messages_that_came_by_other_means_are_indexed_once_and_then_start_in_a_moment()
    {
        await using var server = await ServerProcess.StartAsync();
        await server.StopAsync();
        await FillAsync(server.Database);

        var first = Stopwatch.StartNew();
        await server.StartAgainAsync(); // with the index of keys to be made
        first.Stop();
        await server.KillAsync(); // and all that it wrote has come
        Assert.Contains($"of {Messages}", server.Log, StringComparison.Ordinal); // it tells how far it is
        var second = Stopwatch.StartNew();
        await server.StartAgainAsync();
        second.Stop();

        await using var bob = await ChatClient.JoinAsync(server);
        Assert.Equal(Messages, bob.Head);
        var reading = Stopwatch.StartNew();
        var middle = await bob.AskAsync(new { type = "history", conversation = "default", around = Messages / 2, limit = 100 });
        reading.Stop();
        Assert.Equal(100, middle["messages"].GetArrayLength());
        Assert.Equal(Messages + 1, await bob.SaidAsync("one more"));
        output.WriteLine($"start with the index to be made {first.Elapsed}, without {second.Elapsed}, a page around the middle {reading.Elapsed}");
        Assert.True(second.Elapsed < TimeSpan.FromSeconds(20), $"It took {second.Elapsed}."); // three, on a machine that has nothing else to do
        Assert.Equal(1, server.Log.Split("building it").Length - 1);
        server.AssertCalm();
    }
}
