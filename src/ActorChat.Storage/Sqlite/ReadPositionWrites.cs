using ActorChat.Domain;
using Microsoft.Data.Sqlite;

namespace ActorChat.Storage.Sqlite;

/// <summary>The command that keeps how far people have read.</summary>
internal sealed class ReadPositionWrites(SqliteConnection connection) : IDisposable
{
    readonly Statement _save = new(connection, """
        INSERT INTO reads (user_id, conversation_id, seq) VALUES (?1, ?2, ?3)
        ON CONFLICT (user_id, conversation_id) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > reads.seq
        """);

    public StoreOutcome Save(SaveReadPositions save)
    {
        foreach (var mark in save.Marks) _save.Bind(1, mark.User.Value).Bind(2, mark.Conversation.Value).Bind(3, mark.Seq).Run();
        return new CommandDone();
    }

    public void Dispose() => _save.Dispose();
}
