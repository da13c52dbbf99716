namespace ActorChat.Domain;

/// <summary>
/// One entry of a conversation's log. Every durable change takes the next seq, from 1 and without holes, so the events
/// from a to b are all that happened between a and b.
/// </summary>
public abstract record ConversationEvent(ConversationId Conversation, long Seq, DateTimeOffset At);

/// <summary>A message, as it was posted: an answer of the bot begins with no text and state running.</summary>
public sealed record MessagePosted(Message Message) : ConversationEvent(Message.Conversation, Message.Seq, Message.At);

/// <summary>An answer of the bot has come to its end, with its whole text.</summary>
/// <param name="MessageSeq">The seq of the message that the answer began with.</param>
public sealed record AnswerEnded(
    ConversationId Conversation, long Seq, DateTimeOffset At, long MessageSeq, AnswerState State, string Text,
    AnswerUsage? Usage = null, string? Error = null) : ConversationEvent(Conversation, Seq, At);
