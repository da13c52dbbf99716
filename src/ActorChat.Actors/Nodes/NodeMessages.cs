using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Nodes;

/// <summary>Tells the actor that reads the shared log where to send the entries.</summary>
sealed record FollowLog(IActorRef Conversations);

/// <summary>Entries of one conversation that were read from the shared log, in order. The conversation may know them already.</summary>
sealed record LogAdvanced(ConversationId Conversation, IReadOnlyList<ConversationEvent> Events) : INotInfluenceReceiveTimeout;

/// <summary>The log was replaced: every conversation ends, and its sessions subscribe to a new one.</summary>
sealed record LogReplaced
{
    public static readonly LogReplaced Instance = new();
}

/// <summary>An ephemeral event of another node.</summary>
sealed record Heard(NodeNews News) : INotInfluenceReceiveTimeout;

/// <summary>
/// Asks for a read of the log that begins after this message. Answered with <see cref="LogRead"/>, behind the entries, when a read has
/// reached the end of the log.
/// </summary>
/// <param name="Why">Returned unchanged with the answer.</param>
sealed record ReadLog(ConversationId Conversation, object Why);

sealed record LogRead(ConversationId Conversation, object Why) : INotInfluenceReceiveTimeout;
