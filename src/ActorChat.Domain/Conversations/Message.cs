namespace ActorChat.Domain;

/// <summary>The kind of a message. The protocol calls them <c>user_message</c>, <c>ai_response</c> and <c>system</c>.</summary>
public enum MessageKind { User, Ai, System }

/// <summary>The state of an answer of the bot. The protocol uses the same names in lower case.</summary>
public enum AnswerState { Running, Done, Stopped, Failed, Interrupted }

/// <summary>The part of the conversation that the model received.</summary>
/// <param name="From">The seq of the first message.</param>
/// <param name="To">The seq of the last message.</param>
/// <param name="Messages">The number of messages.</param>
public sealed record AnswerContext(long From, long To, int Messages);

public sealed record AnswerUsage(long InputTokens, long OutputTokens);

/// <summary>What a message of kind <see cref="MessageKind.Ai"/> has in addition to its text.</summary>
/// <param name="Error">The reason why the answer failed or was interrupted, for people.</param>
public sealed record Answer(AnswerState State, string? Model, AnswerContext? Context, AnswerUsage? Usage = null, string? Error = null);

/// <summary>
/// A message. In <see cref="MessagePosted"/> it is as it was posted. In a page of history it is folded: all later events are applied.
/// </summary>
/// <param name="Seq">Its position in the conversation's log, starting at 1.</param>
/// <param name="Key">The client's id for the send, 16 to 64 characters. Messages of older clients and of the former chat have none.</param>
/// <param name="ReplyTo">The seq of the message that this one answers.</param>
/// <param name="Answer">Only for <see cref="MessageKind.Ai"/>.</param>
public sealed record Message(
    ConversationId Conversation, long Seq, Author Sender, MessageKind Kind, string Text, DateTimeOffset At,
    string? Key = null, long? ReplyTo = null, Answer? Answer = null);
