using ActorChat.Domain;

namespace ActorChat.Storage.Sqlite;

/// <summary>The command that saves read positions.</summary>
internal sealed class ReadPositionWrites(StatementSet statements)
{
    readonly Statement moveForward = statements.Prepare("""
        INSERT INTO reads (user_id, conversation_id, seq) VALUES (?1, ?2, ?3)
        ON CONFLICT (user_id, conversation_id) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > reads.seq
        """);

    public StoreOutcome Save(SaveReadPositions save)
    {
        foreach (var position in save.Positions)
            moveForward.Bind(1, position.User.Value).Bind(2, position.Conversation.Value).Bind(3, position.Seq).Run();
        return new CommandDone();
    }
}
