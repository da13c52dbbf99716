namespace ActorChat.Domain;

/// <summary>
/// The port to durable storage. One suite of contract tests runs against every engine behind it.
/// Reads see everything that was committed before they began and never wait for a commit in progress.
/// </summary>
/// <remarks>
/// Errors: <see cref="StoreUnavailableException"/> when the engine is locked, full, read-only or away and nothing was saved;
/// <see cref="StoreOutcomeUnknownException"/> when a commit may or may not have happened. Anything else is a defect.
/// </remarks>
public interface IChatStore : IAsyncDisposable
{
    /// <summary>
    /// Opens the store: creates or migrates it, and closes as <see cref="AnswerState.Interrupted"/> every answer that a
    /// former process left running, with the text that was saved of it. Called once, before anything else.
    /// </summary>
    /// <exception cref="StoreStartException">It cannot be opened; the message is one line for the operator.</exception>
    Task<StoreIdentity> OpenAsync(CancellationToken stop);

    /// <summary>Of the log that is open. It becomes another one while a server runs only where several share a log, and that was replaced.</summary>
    string Epoch { get; }

    /// <summary>
    /// Commits all commands, in their order, in one transaction, and answers when they are as durable as the engine is set to make them.
    /// Outcome i belongs to command i. A command that cannot be carried out is answered <see cref="CommandRefused"/> and harms no other.
    /// Not to be called again before the former call has ended: the caller is the one writer.
    /// </summary>
    Task<IReadOnlyList<StoreOutcome>> CommitAsync(IReadOnlyList<StoreCommand> commands, CancellationToken stop);

    /// <summary>
    /// Everybody whom it concerns has been told what a commit did. Called once after each that has ended well, in their order: before that, nothing of it counts as known here.
    /// </summary>
    void Announced();

    /// <summary>What a conversation needs to start; null where there is no such conversation.</summary>
    /// <param name="events">How many of the newest log events at most.</param>
    /// <param name="messages">How many of the newest messages, folded, at most.</param>
    Task<ConversationSnapshot?> LoadConversationAsync(ConversationId conversation, int events, int messages, CancellationToken stop);

    /// <summary>The events of the log from <paramref name="from"/> to <paramref name="to"/>, both included, oldest first; fewer only where the log ends.</summary>
    Task<IReadOnlyList<ConversationEvent>> ReadEventsAsync(ConversationId conversation, long from, long to, CancellationToken stop);

    /// <summary>A page of folded messages, oldest first, and the head it is true for.</summary>
    Task<MessagePage> ReadMessagesAsync(ConversationId conversation, HistoryRange range, CancellationToken stop);

    /// <summary>The user that a session token belongs to; null where it was never given out or is revoked.</summary>
    Task<UserAccount?> FindUserAsync(TokenHash token, CancellationToken stop);

    /// <summary>The tokens that were revoked within so long before now, by the store's clock, whoever did it.</summary>
    Task<IReadOnlyList<TokenHash>> ReadRevokedAsync(TimeSpan within, CancellationToken stop);

    /// <summary>How far a user has read, by conversation; nothing for those where no mark was ever saved.</summary>
    Task<IReadOnlyDictionary<ConversationId, long>> ReadPositionsAsync(UserId user, CancellationToken stop);
}

/// <summary>Which log this is: <paramref name="Epoch"/> changes only when it is another one.</summary>
public sealed record StoreIdentity(string Epoch);

/// <summary>SHA-256 of a session token, in lower-case hex. The token itself is never stored.</summary>
public readonly record struct TokenHash(string Value);

/// <param name="Role"><c>member</c> or <c>admin</c>.</param>
public sealed record UserAccount(UserId Id, string Name, string Role)
{
    public Author AsAuthor() => new(Id, Name);
}

/// <param name="Head">The newest seq; 0 where nothing has happened.</param>
/// <param name="Events">The newest events, oldest first, ending at <paramref name="Head"/> without a hole.</param>
/// <param name="Messages">The newest messages, folded, oldest first.</param>
/// <param name="Members">How many users are in it.</param>
/// <param name="At">When it was read, by the store's clock, which also stamps the messages. A server's own may be another.</param>
public sealed record ConversationSnapshot(
    ConversationId Conversation, string Title, long Head, IReadOnlyList<ConversationEvent> Events, IReadOnlyList<Message> Messages, int Members, DateTimeOffset At);

/// <param name="AtStart">Nothing is older than the first of <paramref name="Messages"/>.</param>
/// <param name="AtEnd">Nothing is newer than the last of them.</param>
/// <param name="AsOf">The head of the log when the page was read: every change up to it is in.</param>
public sealed record MessagePage(IReadOnlyList<Message> Messages, bool AtStart, bool AtEnd, long AsOf);

/// <summary>Locked, full, read-only or away. Nothing was saved; the same commands may be tried again.</summary>
public class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The commit was cut off in the middle. Look the keys up before anything is repeated.</summary>
public sealed class StoreOutcomeUnknownException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The store cannot be opened. The message is one line that tells an operator what to do.</summary>
public sealed class StoreStartException(string message, Exception? inner = null) : Exception(message, inner);
