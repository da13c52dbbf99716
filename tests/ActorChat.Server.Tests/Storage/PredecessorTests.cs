using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Microsoft.Data.Sqlite;

namespace ActorChat.Server.Tests.Storage;

/// <summary>A server that starts on the database file of the former chat.</summary>
public sealed class PredecessorTests
{
    const string Tables = """
        CREATE TABLE users (user_id TEXT PRIMARY KEY, username TEXT NOT NULL,
            created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, last_activity TIMESTAMP);
        CREATE TABLE conversations (conversation_id TEXT PRIMARY KEY, created_at TIMESTAMP, updated_at TIMESTAMP);
        CREATE TABLE conversation_participants (conversation_id TEXT, user_id TEXT, joined_at TIMESTAMP,
            PRIMARY KEY (conversation_id, user_id));
        CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, conversation_id TEXT, sender_id TEXT, sender_name TEXT, text TEXT,
            message_type TEXT DEFAULT 'user_message', created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
        INSERT INTO users VALUES ('u1', 'Alice', '2024-05-01 08:00:00', '2024-05-01 09:00:00'), ('u2', 'Bob', '2024-05-01 08:01:00', NULL);
        INSERT INTO conversations VALUES ('default', '2024-05-01 08:00:00', '2024-05-01 09:00:00');
        INSERT INTO conversation_participants VALUES ('default', 'u1', '2024-05-01 08:00:00'), ('default', 'u2', '2024-05-01 08:01:00');
        INSERT INTO messages (conversation_id, sender_id, sender_name, text, message_type, created_at) VALUES
            ('default', 'u1', 'Alice', 'hello, is anybody here?', 'user_message', '2024-05-01 08:02:00'),
            ('default', 'u2', 'Bob', 'I am 👋', 'user_message', '2024-05-01 08:03:00'),
            ('default', 'u1', 'Alice', '/AIBot what is asyncio?', 'user_message', '2024-05-01 08:04:00'),
            ('default', 'ai_bot', 'AIBot', 'A library of Python.', 'ai_response', '2024-05-01 08:04:01');
        """;

    static readonly string[] Texts = ["hello, is anybody here?", "I am 👋", "/AIBot what is asyncio?", "A library of Python."];

    static async Task<ServerProcess> StartOnOldFileAsync()
    {
        var server = ServerProcess.Prepare();
        try
        {
            await using (var connection = new SqliteConnection($"Data Source={server.Database};Pooling=False"))
            {
                await connection.OpenAsync();
                await using var command = connection.CreateCommand();
                command.CommandText = Tables;
                await command.ExecuteNonQueryAsync();
            }
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    [Fact]
    public async Task Both_dialects_show_its_history_and_new_messages_follow_it()
    {
        await using var server = await StartOnOldFileAsync();

        await using var carol = await ChatClient.JoinAsync(server);
        await using var dave = await ClassicClient.JoinAsync(server);

        var messages = carol.Frames[1]["messages"].EnumerateArray().ToArray();
        Assert.Equal(Texts, messages.Select(m => m.GetProperty("text").GetString()));
        Assert.Equal([1L, 2, 3, 4], messages.Select(m => m.GetProperty("seq").GetInt64()));
        Assert.Equal(["Alice", "Bob", "Alice", "AIBot"], messages.Select(m => m.GetProperty("sender").GetProperty("name").GetString()));
        Assert.Equal(
            ["user_message", "user_message", "user_message", "ai_response"],
            messages.Select(m => m.GetProperty("kind").GetString()));
        Assert.Equal("2024-05-01T08:02:00.000Z", messages[0].GetProperty("at").GetString());
        Assert.Equal(Texts, dave.Frames[1]["messages"].EnumerateArray().Select(m => m.GetProperty("text").GetString()));
        Assert.Equal(5, await carol.SaidAsync("here we all are"));
        await dave.ExpectLineAsync("here we all are");
        var pulled = await carol.AskAsync(new { type = "pull", conversation = "default", from = 1, to = 5 });
        Assert.Equal(5, pulled["events"].GetArrayLength());
    }

    [Fact]
    public async Task Its_users_keep_their_ids()
    {
        await using var server = await StartOnOldFileAsync();
        await using var alice = await ClassicClient.JoinAsync(server, "Alice");
        Assert.Equal("u1", alice.Frames[0].TextOf("user_id"));
        await using var bob = await ChatClient.JoinAsync(server, "Bob");
        Assert.Equal("u2", bob.UserId);
    }

    [Fact]
    public async Task The_first_start_keeps_a_copy_of_the_file_and_later_starts_make_no_other()
    {
        await using var server = await StartOnOldFileAsync();
        await server.StopAsync();
        await server.StartAgainAsync();

        var copy = Assert.Single(Directory.GetFiles(server.Folder, "actorchat.db.before-*"));
        await using var connection = new SqliteConnection($"Data Source={copy};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT text FROM messages ORDER BY id";
        await using var rows = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await rows.ReadAsync()) texts.Add(rows.GetString(0));
        Assert.Equal(Texts, texts);
        await using var carol = await ChatClient.JoinAsync(server);
        Assert.Equal(4, carol.Head);
    }
}
