using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.ReadPositions;

/// <summary>A session of a user begins: it hears from now on how far the user's others read. Answered with <see cref="ReaderOpened"/> or <see cref="ReaderNotOpened"/>.</summary>
public sealed record OpenReader(IActorRef Session, UserId User);

/// <param name="Marks">How far the user has read, by conversation; nothing where they have never been.</param>
public sealed record ReaderOpened(IReadOnlyDictionary<ConversationId, long> Marks);

/// <summary>The store is away.</summary>
public sealed record ReaderNotOpened
{
    public static readonly ReaderNotOpened Instance = new();
}

public sealed record CloseReader(IActorRef Session, UserId User);

/// <summary>The user has read a conversation up to <paramref name="Seq"/>, in this session. No answer.</summary>
public sealed record AdvanceReadPosition(IActorRef Session, UserId User, ConversationId Conversation, long Seq);

/// <summary>Hands everything that is not saved yet to the store; answered with <see cref="ReadPositionsHandedOver"/>.</summary>
public sealed record HandOverReadPositions
{
    public static readonly HandOverReadPositions Instance = new();
}

public sealed record ReadPositionsHandedOver
{
    public static readonly ReadPositionsHandedOver Instance = new();
}
