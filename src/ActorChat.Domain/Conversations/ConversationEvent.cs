namespace ActorChat.Domain;

/// <summary>
/// One entry of a conversation's log. Every durable change takes the next seq, starting at 1, without gaps.
/// </summary>
public abstract record ConversationEvent(ConversationId Conversation, long Seq, DateTimeOffset At);

/// <summary>A message as it was posted. An answer of the bot begins with an empty text in the state running.</summary>
public sealed record MessagePosted(Message Message) : ConversationEvent(Message.Conversation, Message.Seq, Message.At);

/// <summary>An answer of the bot has ended.</summary>
/// <param name="MessageSeq">The seq of the message that holds the answer.</param>
/// <param name="Text">The whole answer.</param>
public sealed record AnswerEnded(
    ConversationId Conversation, long Seq, DateTimeOffset At, long MessageSeq, AnswerState State, string Text,
    AnswerUsage? Usage = null, string? Error = null) : ConversationEvent(Conversation, Seq, At);
