namespace ActorChat.Domain;

/// <summary>
/// The port to a log that several nodes write. A store that only this process writes does not implement it.
/// Every node reads the whole log, so a node finds every entry without any message from another node.
/// </summary>
public interface ISharedLog
{
    /// <summary>
    /// Reads what was written since the last call, each conversation in order: the entries of other nodes, and those of this node that were
    /// not yet reported with <see cref="IChatStore.Announced"/>. One call at a time. After a failed call the next one returns its entries,
    /// too.
    /// </summary>
    /// <param name="most">The most entries to read from one shard.</param>
    /// <exception cref="StoreUnavailableException">The log cannot be read now.</exception>
    Task<NewEntries> ReadNewAsync(int most, CancellationToken stop);
}

/// <param name="More">There is more than one call may return.</param>
/// <param name="Replaced">The log is a different one with its own epoch: everything known about the former log is void.</param>
/// <param name="Lag">The time from the commit of the oldest entry to this call, by the clock of the store; zero without entries.</param>
public sealed record NewEntries(IReadOnlyList<ConversationEvent> Events, bool More, TimeSpan Lag, bool Replaced = false)
{
    public static readonly NewEntries None = new([], false, TimeSpan.Zero);
}
