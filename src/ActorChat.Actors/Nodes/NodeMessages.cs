using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Nodes;

/// <summary>Tells the tail of the log where to send what it reads.</summary>
public sealed record FollowLog(IActorRef Conversations);

/// <summary>Entries of one conversation that the tail of the log has read, in their order. They may be known already.</summary>
public sealed record LogAdvanced(ConversationId Conversation, IReadOnlyList<ConversationEvent> Events) : INotInfluenceReceiveTimeout;

/// <summary>The log is another one: every conversation ends, and whoever comes gets a new one.</summary>
public sealed record LogReplaced
{
    public static readonly LogReplaced Instance = new();
}

/// <summary>Another node's news.</summary>
public sealed record Heard(NodeNews News) : INotInfluenceReceiveTimeout;

/// <summary>Asks for a reading of the log that begins from now on. Answered with <see cref="LogRead"/> once one has come to its end, behind what it found.</summary>
/// <param name="Why">Comes back with the answer.</param>
public sealed record ReadLog(ConversationId Conversation, object Why);

public sealed record LogRead(ConversationId Conversation, object Why) : INotInfluenceReceiveTimeout;
