namespace ActorChat.Domain;

/// <summary>What a message is; on the wire <c>user_message</c>, <c>ai_response</c>, <c>system</c>.</summary>
public enum MessageKind { User, Ai, System }

/// <summary>How far an answer of the bot is; on the wire in lower case.</summary>
public enum AnswerState { Running, Done, Stopped, Failed, Interrupted }

/// <summary>The part of the conversation that the model was shown: seqs, both ends included, and how many messages.</summary>
public sealed record AnswerContext(long From, long To, int Messages);

public sealed record AnswerUsage(long InputTokens, long OutputTokens);

/// <summary>What a message of kind <see cref="MessageKind.Ai"/> has beside its text.</summary>
public sealed record Answer(AnswerState State, string? Model, AnswerContext? Context, AnswerUsage? Usage = null, string? Error = null);

/// <summary>
/// A message. Inside <see cref="MessagePosted"/> it is as it was posted; in a page of history it is folded: as it is now.
/// </summary>
/// <param name="Seq">Its place in the conversation's log, from 1.</param>
/// <param name="Key">The client's own id for the send, 16 to 64 characters; none for messages of older systems.</param>
/// <param name="ReplyTo">The seq of the message that this one answers.</param>
/// <param name="Answer">Only for <see cref="MessageKind.Ai"/>.</param>
public sealed record Message(
    ConversationId Conversation, long Seq, Author Sender, MessageKind Kind, string Text, DateTimeOffset At,
    string? Key = null, long? ReplyTo = null, Answer? Answer = null);
