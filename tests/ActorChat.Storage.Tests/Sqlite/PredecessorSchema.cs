namespace ActorChat.Storage.Tests.Sqlite;

/// <summary>The tables of the predecessor, and a file with five messages.</summary>
internal static class PredecessorSchema
{
    public const string Tables = """
        CREATE TABLE users (user_id TEXT PRIMARY KEY, username TEXT UNIQUE NOT NULL, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, last_activity TIMESTAMP);
        CREATE TABLE conversations (conversation_id TEXT PRIMARY KEY, created_at TIMESTAMP, updated_at TIMESTAMP);
        CREATE TABLE conversation_participants (conversation_id TEXT, user_id TEXT, joined_at TIMESTAMP, PRIMARY KEY (conversation_id, user_id),
            FOREIGN KEY (conversation_id) REFERENCES conversations (conversation_id), FOREIGN KEY (user_id) REFERENCES users (user_id));
        CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, conversation_id TEXT, sender_id TEXT, sender_name TEXT, text TEXT, message_type TEXT, created_at TIMESTAMP,
            FOREIGN KEY (conversation_id) REFERENCES conversations (conversation_id));
        CREATE INDEX idx_messages_conversation ON messages (conversation_id, created_at);
        """;

    public const string Messages = """
        INSERT INTO users VALUES ('u1', 'Alice', '2024-05-01T10:00:00.123456', '2024-05-01T10:05:00'), ('u2', 'bob', '2024-05-01 10:00:01', NULL);
        INSERT INTO conversations VALUES ('default', '2024-05-01T10:00:00', '2024-05-01T10:05:00');
        INSERT INTO conversation_participants VALUES ('default', 'u1', '2024-05-01T10:00:00');
        INSERT INTO messages (conversation_id, sender_id, sender_name, text, message_type, created_at) VALUES
            ('default', 'u1', 'Alice', 'hello', 'user_message', '2024-05-01T10:00:02.123456'),
            ('default', 'u2', 'bob', 'привет 👋', 'user_message', '2024-05-01T12:00:03.500000+02:00'),
            ('default', 'u1', 'Alice', '/AIBot python?', 'user_message', '2024-05-01 10:00:04'),
            ('default', 'aibot', 'AIBot', 'Python is a language.', 'ai_response', '2024-05-01T10:00:05Z'),
            ('default', NULL, 'system', 'bob left', 'system', '2024-05-01T10:00:01');
        """;
}
