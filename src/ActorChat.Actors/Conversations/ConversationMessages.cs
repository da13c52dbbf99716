using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Conversations;

/// <summary>How a subscriber's client speaks.</summary>
public enum Dialect { V1, Classic }

/// <summary>
/// Takes a session into the fan-out. Answered with <see cref="Subscribed"/>; what happens afterwards follows as
/// <see cref="Delivered"/> and <see cref="DeliveredEphemeral"/>, without a gap and in order. Or with <see cref="NotSubscribed"/>.
/// </summary>
/// <param name="Cursor">The last seq that the client has applied; null where it has nothing.</param>
/// <param name="OtherEpoch">The client's cursor belongs to another log.</param>
/// <param name="Read">How far the user has read; null for who has everything read.</param>
public sealed record Subscribe(
    ConversationId Conversation, IActorRef Session, Author User, Dialect Dialect, long? Cursor, bool OtherEpoch, long? Read = null) : IConversationMessage;

/// <param name="Ref">Where this session sends what it has for the conversation.</param>
/// <param name="Opening">The frames that bring the client to <paramref name="Head"/>.</param>
/// <param name="Running">What running answers of the bot have said so far, for after <c>live</c>.</param>
/// <param name="Unread">Messages of others, among the newest that are kept in memory, that the user has not read.</param>
public sealed record Subscribed(
    ConversationId Conversation, IActorRef Ref, string Title, long Head, int Members, FrameBatch Opening, FrameBatch Running, int Unread = 0);

public sealed record NotSubscribed(ConversationId Conversation, Refusal Error);

/// <summary>Posts a message of a member.</summary>
/// <param name="Session">Gets the <see cref="PostReceipt"/> inside a <see cref="Delivered"/>.</param>
/// <param name="Request">The session's own number for it.</param>
/// <param name="Key">None for clients that cannot repeat.</param>
public sealed record PostMessage(
    ConversationId Conversation, IActorRef Session, long? Request, Author Sender, string? Key, string Text, long? ReplyTo)
    : IConversationMessage, INotInfluenceReceiveTimeout;

/// <summary>
/// What one commit brought, ready for the socket. Everybody of one dialect gets the same frames; <paramref name="Receipts"/> are
/// the session's own posts in it.
/// </summary>
/// <param name="Head">The newest seq after it.</param>
public sealed record Delivered(FrameBatch Frames, long Head, IReadOnlyList<PostReceipt> Receipts);

/// <summary>Something that a client may miss.</summary>
public sealed record DeliveredEphemeral(FrameBatch Frames);

/// <summary>The conversation has ended under its subscribers: they hear nothing more and have to come again.</summary>
public sealed record ConversationEnded
{
    public static readonly ConversationEnded Instance = new();
}

public sealed record NoteTyping(ConversationId Conversation, Author User) : IConversationMessage, INotInfluenceReceiveTimeout;

/// <summary>
/// A conversation that nobody is in offers its parent to end. The parent holds back what comes for it and says the same to it;
/// then it stops, or answers <see cref="StayAwake"/>.
/// </summary>
public sealed record Passivate(ConversationId Conversation);

public sealed record StayAwake(ConversationId Conversation);
