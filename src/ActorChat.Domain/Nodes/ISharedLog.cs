namespace ActorChat.Domain;

/// <summary>
/// The port to a log that other nodes write, too. An engine that only this process writes has none.
/// Every node follows the whole log; nothing that a node says to another is ever needed to find an entry.
/// </summary>
public interface ISharedLog
{
    /// <summary>
    /// What was written since the last call, each conversation in its order: by other nodes, and by this one where its own commits have not
    /// said so. One call at a time. What a failed call would have brought, the next one brings.
    /// </summary>
    /// <param name="most">Entries of a shard at most.</param>
    /// <exception cref="Persistence.StoreUnavailableException">The log cannot be read now.</exception>
    Task<LogNews> ReadNewAsync(int most, CancellationToken stop);
}

/// <param name="More">There is more than could be read at once.</param>
/// <param name="Replaced">The log is another one than before, with an epoch of its own: what is known of the former is not to be believed.</param>
/// <param name="Lag">From the oldest entry's commit to this reading, by the clock of the store; zero where there is none.</param>
public sealed record LogNews(IReadOnlyList<ConversationEvent> Events, bool More, TimeSpan Lag, bool Replaced = false)
{
    public static readonly LogNews None = new([], false, TimeSpan.Zero);
}
