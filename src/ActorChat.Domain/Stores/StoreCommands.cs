namespace ActorChat.Domain;

/// <summary>A change to store. The store sets the time and the next seq itself, inside the transaction.</summary>
public abstract record StoreCommand;

/// <summary>
/// Posts a message. <c>(sender, key)</c> is unique forever: see <see cref="MessageRepeated"/> and <see cref="KeyReused"/>.
/// </summary>
/// <param name="Key">Null only for messages that nobody can send twice.</param>
/// <param name="Answer">The state in which an answer of the bot begins; null for every other message.</param>
public sealed record AppendMessage(
    ConversationId Conversation, Author Sender, MessageKind Kind, string Text, string? Key,
    long? ReplyTo = null, Answer? Answer = null) : StoreCommand;

/// <summary>Ends a running answer. The end is an event with its own seq.</summary>
public sealed record EndAnswer(
    ConversationId Conversation, long MessageSeq, AnswerState State, string Text,
    AnswerUsage? Usage = null, string? Error = null) : StoreCommand;

/// <summary>
/// Saves the text of a running answer so far, in case this process ends. Takes no seq; changes nothing if the answer has ended.
/// </summary>
public sealed record SaveAnswerSoFar(ConversationId Conversation, long MessageSeq, string Text) : StoreCommand;

/// <summary>
/// Claims a name for a session: creates the user, or takes over a user whom no session holds, and adds them to the default conversation.
/// </summary>
/// <param name="FoldedName">The name in the form used for comparison; two names that fold to the same are the same name.</param>
public sealed record ClaimName(string Name, string FoldedName, TokenHash Token) : StoreCommand;

/// <summary>Enters by name alone, as clients of the classic dialect do. Refused if a session holds the name.</summary>
public sealed record EnterByName(string Name, string FoldedName) : StoreCommand;

/// <summary>Revokes a token: nobody can sign in with it again. Its name becomes free if no other session holds it.</summary>
public sealed record RevokeToken(TokenHash Token) : StoreCommand;

/// <summary>Saves read positions. Takes no seq; a position behind the stored one changes nothing.</summary>
public sealed record SaveReadPositions(IReadOnlyList<ReadPosition> Positions) : StoreCommand;

/// <summary>A user has read a conversation up to <paramref name="Seq"/>.</summary>
public readonly record struct ReadPosition(UserId User, ConversationId Conversation, long Seq);

/// <summary>Writes a row that nobody reads, to check whether the store can write.</summary>
public sealed record ProbeWrite : StoreCommand;

/// <summary>The result of a command.</summary>
public abstract record StoreOutcome;

public sealed record MessageAppended(Message Message) : StoreOutcome;

/// <summary>The same sender has already posted the same text under this key, at this seq.</summary>
public sealed record MessageRepeated(long Seq, DateTimeOffset At) : StoreOutcome;

/// <summary>The same sender has used this key for another text or in another conversation.</summary>
public sealed record KeyReused : StoreOutcome;

public sealed record AnswerAppended(AnswerEnded Event) : StoreOutcome;

/// <summary>There is no such running answer, or it has already ended.</summary>
public sealed record AnswerNotRunning : StoreOutcome;

public sealed record UserEntered(UserAccount User) : StoreOutcome;

public sealed record NameTaken : StoreOutcome;

/// <summary>The result of commands that return nothing.</summary>
public sealed record CommandDone : StoreOutcome;

/// <summary>This command alone cannot be executed; the other commands of its transaction were.</summary>
public sealed record CommandRefused(string Reason) : StoreOutcome;
