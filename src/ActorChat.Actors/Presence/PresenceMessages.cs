using ActorChat.Actors.Conversations;
using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Presence;

/// <summary>
/// A session has joined a conversation. A v1 session gets the people who are here, then all changes, as <see cref="DeliveredEphemeral"/>.
/// </summary>
sealed record Arrive(ConversationId Conversation, IActorRef Session, Author User, Dialect Dialect);

sealed record Depart(ConversationId Conversation, IActorRef Session);

/// <summary>The presence actor has lost its state. Every session sends <see cref="Arrive"/> again.</summary>
sealed record PresenceLost
{
    public static readonly PresenceLost Instance = new();
}
