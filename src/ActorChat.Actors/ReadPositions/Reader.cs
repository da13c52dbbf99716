using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.ReadPositions;

/// <summary>A user who is online on this node, with all of their sessions.</summary>
sealed class Reader
{
    public Dictionary<ConversationId, long> Positions { get; } = [];

    public List<IActorRef> Sessions { get; } = new(1);

    /// <summary>The sessions that wait for the store's answer; null when the store is not being asked.</summary>
    public List<IActorRef>? Waiting { get; set; }

    public bool IsLoaded { get; set; }

    /// <summary>Moves a read position forward; false if it is there already or further.</summary>
    public bool MoveTo(ConversationId conversation, long seq)
    {
        if (Positions.TryGetValue(conversation, out var before) && seq <= before) return false;
        Positions[conversation] = seq;
        return true;
    }
}
