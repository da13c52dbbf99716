using ActorChat.Actors.Conversations;
using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Presence;

/// <summary>A session is in a conversation from now on. Where it speaks v1 it is told who is here, then who comes and goes, as <see cref="DeliveredEphemeral"/>.</summary>
public sealed record Arrive(ConversationId Conversation, IActorRef Session, Author User, Dialect Dialect);

public sealed record Depart(ConversationId Conversation, IActorRef Session);

/// <summary>Nobody knows any more who is here: every session says again that it is.</summary>
public sealed record PresenceLost
{
    public static readonly PresenceLost Instance = new();
}
