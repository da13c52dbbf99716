using System.Globalization;
using Microsoft.Data.Sqlite;

namespace ActorChat.Server.Tests.Storage;

/// <summary>Creates a database of the former chat, and checks whether a server has migrated it.</summary>
static class FormerDatabase
{
    const string Tables = """
        CREATE TABLE users (user_id TEXT PRIMARY KEY, username TEXT NOT NULL, created_at TIMESTAMP, last_activity TIMESTAMP);
        CREATE TABLE conversations (conversation_id TEXT PRIMARY KEY, created_at TIMESTAMP, updated_at TIMESTAMP);
        CREATE TABLE conversation_participants (conversation_id TEXT, user_id TEXT, joined_at TIMESTAMP,
            PRIMARY KEY (conversation_id, user_id));
        CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, conversation_id TEXT, sender_id TEXT, sender_name TEXT, text TEXT,
            message_type TEXT, created_at TIMESTAMP);
        INSERT INTO users VALUES ('u1', 'Alice', '2024-05-01 08:00:00', NULL);
        INSERT INTO conversations VALUES ('default', '2024-05-01 08:00:00', '2024-05-01 09:00:00');
        """;

    public static void Write(string path, int messages)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Run(connection, Tables);
        Run(connection, string.Create(CultureInfo.InvariantCulture, $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {messages})
            INSERT INTO messages (conversation_id, sender_id, sender_name, text, message_type, created_at)
                SELECT 'default', 'u1', 'Alice', 'line ' || i || ' of the former chat', 'user_message', '2024-05-01 08:02:00' FROM n
            """));
    }

    /// <summary>True if the file is migrated, false if it is unchanged. Fails if it is partly migrated or has lost a message.</summary>
    public static bool IsMigrated(string path, int messages)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open(); // rolls back an interrupted transaction
        Assert.Equal("ok", Query<string>(connection, "PRAGMA quick_check"));
        Assert.Equal(messages, Query<long>(connection, "SELECT count(*) FROM messages"));
        Assert.Equal(0, Query<long>(connection, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'before%'"));
        if (Query<long>(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'meta'") == 0) return false;
        Assert.Equal(messages, Query<long>(connection, "SELECT head FROM conversations WHERE conversation_id = 'default'"));
        Assert.Equal(messages, Query<long>(connection, "SELECT max(seq) FROM messages"));
        return true;
    }

    static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    static T Query<T>(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!;
    }
}
