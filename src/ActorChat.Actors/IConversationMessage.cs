using ActorChat.Domain;

namespace ActorChat.Actors;

/// <summary>A message for one conversation; it says itself for which, so any router can carry it.</summary>
public interface IConversationMessage
{
    ConversationId Conversation { get; }
}
