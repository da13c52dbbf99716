using ActorChat.Domain;

namespace ActorChat.Actors;

/// <summary>A message for one conversation. It names the conversation, so any router can deliver it.</summary>
interface IConversationMessage
{
    ConversationId Conversation { get; }
}
