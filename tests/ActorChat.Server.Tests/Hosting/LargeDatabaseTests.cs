using System.Diagnostics;
using System.Globalization;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace ActorChat.Server.Tests.Hosting;

/// <summary>A history of a million messages. The test prints its measurements and fails only if they are far too long.</summary>
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
                SELECT 'default', i, 'u-ann', 'ann', 'line ' || i || ', about as long as a usual message', 'user_message',
                    '2026-01-01T00:00:00.000Z', printf('key-%013d', i) FROM n;
            UPDATE conversations SET head = {Messages};
            COMMIT;
            """);
        await command.ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task A_million_inserted_messages_are_indexed_once_and_later_starts_are_fast()
    {
        await using var server = await ServerProcess.StartAsync();
        await server.StopAsync();
        await FillAsync(server.Database);

        var first = Stopwatch.StartNew();
        await server.StartAgainAsync(); // builds the index of keys
        first.Stop();
        await server.KillAsync(); // the log is complete now
        Assert.Contains($"of {Messages}", server.Log, StringComparison.Ordinal); // the server logs its progress
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
        output.WriteLine($"start that builds the index {first.Elapsed}, next start {second.Elapsed}, page in the middle {reading.Elapsed}");
        Assert.True(second.Elapsed < TimeSpan.FromSeconds(20), $"It took {second.Elapsed}."); // about 3 s on an idle machine
        Assert.Equal(1, server.Log.Split("messages are missing").Length - 1);
        server.AssertCalm();
    }
}
