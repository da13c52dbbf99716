namespace ActorChat.Domain;

/// <summary>Something to be made durable. The store takes the time and the next seq itself, inside the transaction.</summary>
public abstract record StoreCommand;

/// <summary>
/// Posts a message. <c>(sender, key)</c> is unique for ever: see <see cref="MessageRepeated"/> and <see cref="KeyReused"/>.
/// </summary>
/// <param name="Key">None only for messages that nobody can repeat.</param>
/// <param name="Answer">For a message of the bot: how it begins.</param>
public sealed record AppendMessage(
    ConversationId Conversation, Author Sender, MessageKind Kind, string Text, string? Key, long? ReplyTo = null, Answer? Answer = null) : StoreCommand;

/// <summary>Ends a running answer; takes a seq of its own.</summary>
public sealed record EndAnswer(
    ConversationId Conversation, long MessageSeq, AnswerState State, string Text, AnswerUsage? Usage = null, string? Error = null) : StoreCommand;

/// <summary>Keeps what a running answer has said so far, for the case that this process ends. Takes no seq; nothing where the answer has ended.</summary>
public sealed record SaveAnswerSoFar(ConversationId Conversation, long MessageSeq, string Text) : StoreCommand;

/// <summary>Takes a name for a session: makes the user, or hands over one that no session holds, and puts them into the default conversation.</summary>
/// <param name="FoldedName">The name as names are compared; two names that fold to the same are one.</param>
public sealed record ClaimName(string Name, string FoldedName, TokenHash Token) : StoreCommand;

/// <summary>Comes in by name alone, as clients of the classic dialect do; refused for a name that a session holds.</summary>
public sealed record EnterByName(string Name, string FoldedName) : StoreCommand;

/// <summary>Nobody comes in with this token any more. A name that no other session holds is free.</summary>
public sealed record RevokeToken(TokenHash Token) : StoreCommand;

/// <summary>Keeps how far people have read. Takes no seq; a mark that lies behind the one that is there changes nothing.</summary>
public sealed record SaveReadPositions(IReadOnlyList<ReadPosition> Marks) : StoreCommand;

/// <summary>A user has read a conversation up to <paramref name="Seq"/>.</summary>
public readonly record struct ReadPosition(UserId User, ConversationId Conversation, long Seq);

/// <summary>Writes a page and nothing that anybody reads: tells whether the store can store.</summary>
public sealed record ProbeWrite : StoreCommand;

/// <summary>What became of a command.</summary>
public abstract record StoreOutcome;

public sealed record MessageAppended(Message Message) : StoreOutcome;

/// <summary>The same sender has posted the same text under this key already; this is where.</summary>
public sealed record MessageRepeated(long Seq, DateTimeOffset At) : StoreOutcome;

/// <summary>The same sender has used this key for another text or in another conversation.</summary>
public sealed record KeyReused : StoreOutcome;

public sealed record AnswerAppended(AnswerEnded Event) : StoreOutcome;

/// <summary>There is no such running answer: it has ended before.</summary>
public sealed record AnswerNotRunning : StoreOutcome;

public sealed record UserEntered(UserAccount User) : StoreOutcome;

public sealed record NameTaken : StoreOutcome;

/// <summary>For commands that have nothing to tell.</summary>
public sealed record CommandDone : StoreOutcome;

/// <summary>This command alone cannot be carried out; the others of its transaction were.</summary>
public sealed record CommandRefused(string Reason) : StoreOutcome;
