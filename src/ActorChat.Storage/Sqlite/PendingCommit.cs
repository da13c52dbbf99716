using ActorChat.Domain;
using Microsoft.Data.Sqlite;

namespace ActorChat.Storage.Sqlite;

/// <summary>A transaction whose COMMIT failed: the outcomes it would have, and a way to find out whether it happened.</summary>
internal sealed class PendingCommit(StoreOutcome[] outcomes, ConversationHeads heads)
{
    public StoreOutcome[] Outcomes { get; } = outcomes;

    /// <summary>
    /// True if the heads are where the transaction wanted them; nobody else moves them. A transaction that moves no head can be repeated
    /// safely and counts as not done.
    /// </summary>
    public bool Happened(SqliteConnection connection)
    {
        var moved = heads.Moved();
        if (moved.Count == 0) return false;
        using var read = new Statement(connection, "SELECT head FROM conversations WHERE conversation_id = ?1");
        foreach (var (conversation, head) in moved)
        {
            read.Bind(1, conversation.Value);
            var same = read.Step() && read.Int64(0) == head;
            read.Reset();
            if (!same) return false;
        }
        return true;
    }
}
