using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.ReadPositions;

/// <summary>
/// A session of a user begins: from now on it is told what the user reads in other sessions. Answered with <see cref="ReaderOpened"/> or
/// <see cref="ReaderNotOpened"/>.
/// </summary>
sealed record OpenReader(IActorRef Session, UserId User);

/// <param name="Positions">The user's read positions by conversation; a conversation that the user has never opened is missing.</param>
sealed record ReaderOpened(IReadOnlyDictionary<ConversationId, long> Positions);

/// <summary>The store is unavailable.</summary>
sealed record ReaderNotOpened
{
    public static readonly ReaderNotOpened Instance = new();
}

sealed record CloseReader(IActorRef Session, UserId User);

/// <summary>The user has read a conversation up to <paramref name="Seq"/> in this session. Not answered.</summary>
sealed record AdvanceReadPosition(IActorRef Session, UserId User, ConversationId Conversation, long Seq);

/// <summary>Sends everything unsaved to the store; answered with <see cref="ReadPositionsHandedOver"/> when it has been sent.</summary>
sealed record HandOverReadPositions
{
    public static readonly HandOverReadPositions Instance = new();
}

sealed record ReadPositionsHandedOver
{
    public static readonly ReadPositionsHandedOver Instance = new();
}
