using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Conversations;

/// <summary>Which protocol a client speaks.</summary>
public enum Dialect { V1, Classic }

/// <summary>
/// Adds a session to the fan-out. The reply is <see cref="Subscribed"/>, followed by <see cref="Delivered"/> and
/// <see cref="DeliveredEphemeral"/> for all later events, in order and without a gap. Or it is <see cref="NotSubscribed"/>.
/// </summary>
/// <param name="Cursor">The last seq that the client has applied; null if it has nothing.</param>
/// <param name="OtherEpoch">Whether the client's cursor belongs to another log.</param>
/// <param name="Read">The user's read position; null if the user has read everything.</param>
sealed record Subscribe(
    ConversationId Conversation, IActorRef Session, Author User, Dialect Dialect, long? Cursor, bool OtherEpoch, long? Read = null)
        : IConversationMessage;

/// <param name="Ref">The conversation, for the session's later messages.</param>
/// <param name="Opening">The frames that bring the client to <paramref name="Head"/>.</param>
/// <param name="Running">The text so far of running answers of the bot, to be sent after <c>live</c>.</param>
/// <param name="Unread">How many messages of others the user has not read, among those in the tail.</param>
sealed record Subscribed(
    ConversationId Conversation, IActorRef Ref, string Title, long Head, int Members, FrameBatch Opening, FrameBatch Running,
        int Unread = 0);

sealed record NotSubscribed(ConversationId Conversation, Refusal Error);

/// <summary>Posts a message of a member.</summary>
/// <param name="Session">Gets the <see cref="PostReceipt"/> inside a <see cref="Delivered"/>.</param>
/// <param name="Request">The client's id of the request.</param>
/// <param name="Key">The idempotency key; null for classic clients, which never repeat a message.</param>
sealed record PostMessage(
    ConversationId Conversation, IActorRef Session, long? Request, Author Sender, string? Key, string Text, long? ReplyTo)
    : IConversationMessage, INotInfluenceReceiveTimeout;

/// <summary>
/// The events of one commit, ready for the socket. All sessions of one dialect get the same frames. <paramref name="Receipts"/> are for the
/// session's own posts in it.
/// </summary>
/// <param name="Head">The newest seq after the commit.</param>
sealed record Delivered(FrameBatch Frames, long Head, IReadOnlyList<PostReceipt> Receipts);

/// <summary>Events that a client may miss.</summary>
sealed record DeliveredEphemeral(FrameBatch Frames);

/// <summary>The conversation actor stops while it has subscribers. They get no more events and have to subscribe again.</summary>
sealed record ConversationEnded
{
    public static readonly ConversationEnded Instance = new();
}

sealed record NoteTyping(ConversationId Conversation, Author User) : IConversationMessage, INotInfluenceReceiveTimeout;

/// <summary>
/// A conversation without members asks its parent to be stopped. The parent holds back its messages and sends the same message to it; the
/// conversation then stops, or answers <see cref="StayAwake"/>.
/// </summary>
sealed record Passivate(ConversationId Conversation);

sealed record StayAwake(ConversationId Conversation);
