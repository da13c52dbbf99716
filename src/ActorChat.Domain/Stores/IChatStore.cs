namespace ActorChat.Domain;

/// <summary>
/// The port to durable storage. One suite of contract tests runs against every engine.
/// A read sees everything that was committed before it began, and never waits for a commit in progress.
/// </summary>
/// <remarks>
/// Errors: <see cref="StoreUnavailableException"/> when the database is locked, full, read-only or unreachable and nothing was saved;
/// <see cref="StoreOutcomeUnknownException"/> when a commit may or may not have happened. Any other exception is a defect.
/// </remarks>
public interface IChatStore : IAsyncDisposable
{
    /// <summary>
    /// Opens the store: creates or migrates the database, and ends every answer that a former process left running as
    /// <see cref="AnswerState.Interrupted"/>, with the text that was saved. Called once, before anything else.
    /// </summary>
    /// <exception cref="StoreStartException">The database cannot be opened; the message is one line for the operator.</exception>
    Task<StoreIdentity> OpenAsync(CancellationToken stop);

    /// <summary>The epoch of the open log. While a server runs it changes only if nodes share a log and that log was replaced.</summary>
    string Epoch { get; }

    /// <summary>
    /// Commits all commands in order in one transaction, and returns when they are as durable as the engine is configured to make them.
    /// Outcome i belongs to command i. A command that cannot be executed gets <see cref="CommandRefused"/> and affects no other command.
    /// Call it again only after the former call has returned: the caller is the only writer.
    /// </summary>
    Task<IReadOnlyList<StoreOutcome>> CommitAsync(IReadOnlyList<StoreCommand> commands, CancellationToken stop);

    /// <summary>
    /// Reports that every actor concerned has received the outcomes of a commit. Called once after each successful commit, in order. Until
    /// then a shared log returns the entries of that commit as new.
    /// </summary>
    void Announced();

    /// <summary>Loads what a conversation needs to start; null if there is no such conversation.</summary>
    /// <param name="events">The most events to load, newest first.</param>
    /// <param name="messages">The most messages to load, newest first, each in its present state.</param>
    Task<ConversationSnapshot?> LoadConversationAsync(ConversationId conversation, int events, int messages, CancellationToken stop);

    /// <summary>
    /// The events of the log from <paramref name="from"/> to <paramref name="to"/>, both included, oldest first; fewer only if the log ends
    /// before <paramref name="to"/>.
    /// </summary>
    Task<IReadOnlyList<ConversationEvent>> ReadEventsAsync(ConversationId conversation, long from, long to, CancellationToken stop);

    /// <summary>A page of messages in their present state, oldest first, and the head of the log at that moment.</summary>
    Task<MessagePage> ReadMessagesAsync(ConversationId conversation, HistoryRange range, CancellationToken stop);

    /// <summary>The user of a session token; null if the token was never issued or is revoked.</summary>
    Task<UserAccount?> FindUserAsync(TokenHash token, CancellationToken stop);

    /// <summary>The tokens that were revoked by anybody within this time before now, by the clock of the store.</summary>
    Task<IReadOnlyList<TokenHash>> ReadRevokedAsync(TimeSpan within, CancellationToken stop);

    /// <summary>The read positions of a user by conversation; a conversation without a saved position is missing.</summary>
    Task<IReadOnlyDictionary<ConversationId, long>> ReadPositionsAsync(UserId user, CancellationToken stop);
}

/// <summary>Identifies the log: <paramref name="Epoch"/> changes only when the log is replaced by a different one.</summary>
public sealed record StoreIdentity(string Epoch);

/// <summary>SHA-256 of a session token, in lower-case hex. The token itself is never stored.</summary>
public readonly record struct TokenHash(string Value);

/// <param name="Role"><c>member</c> or <c>admin</c>.</param>
public sealed record UserAccount(UserId Id, string Name, string Role)
{
    public Author AsAuthor() => new(Id, Name);
}

/// <param name="Head">The newest seq; 0 in an empty conversation.</param>
/// <param name="Events">The newest events, oldest first, without a gap up to <paramref name="Head"/>.</param>
/// <param name="Messages">The newest messages in their present state, oldest first.</param>
/// <param name="Members">The number of users in the conversation.</param>
/// <param name="At">The time of reading by the clock of the store, which also stamps the messages. The server's own clock may
/// differ.</param>
public sealed record ConversationSnapshot(
    ConversationId Conversation, string Title, long Head, IReadOnlyList<ConversationEvent> Events, IReadOnlyList<Message> Messages,
    int Members, DateTimeOffset At);

/// <param name="AtStart">No message is older than the first of <paramref name="Messages"/>.</param>
/// <param name="AtEnd">No message is newer than the last of <paramref name="Messages"/>.</param>
/// <param name="AsOf">The head of the log when the page was read: the page contains every change up to it.</param>
public sealed record MessagePage(IReadOnlyList<Message> Messages, bool AtStart, bool AtEnd, long AsOf);

/// <summary>The database is locked, full, read-only or unreachable. Nothing was saved; the same commands may be tried again.</summary>
public class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The commit was interrupted and may have happened. Look the keys up before sending anything again.</summary>
public sealed class StoreOutcomeUnknownException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The store cannot be opened. The message is one line that tells the operator what to do.</summary>
public sealed class StoreStartException(string message, Exception? inner = null) : Exception(message, inner);
