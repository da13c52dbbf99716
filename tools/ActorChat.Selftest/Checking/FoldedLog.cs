using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Checking;

/// <summary>The log folded up to a seq, which only moves forward.</summary>
sealed class FoldedLog(IReadOnlyList<LoggedEvent> log)
{
    readonly Fold fold = new();
    readonly List<long> seqs = [];
    int next;

    public void AdvanceTo(long seq)
    {
        for (; next < log.Count && log[next].Seq <= seq; next++)
        {
            fold.Apply(log[next]);
            if (log[next].IsMessage) seqs.Add(log[next].Seq);
        }
    }

    /// <summary>
    /// Compares a page with the log: it must have every message between its first and its last, in the state that the log has.
    /// </summary>
    /// <param name="upTo">Null if the page may end anywhere; else it must go up to the newest message.</param>
    /// <returns>The first difference; null if there is none.</returns>
    public string? Difference(IReadOnlyList<FoldedMessage> messages, long? upTo)
    {
        if (messages.Count == 0) return upTo is not null && seqs.Count > 0 ? $"nothing was read, but #{seqs[^1]} exists" : null;
        var at = seqs.BinarySearch(messages[0].Seq);
        if (at < 0) return $"{messages[0]} was read, but does not exist";
        foreach (var message in messages)
        {
            if (at == seqs.Count) return $"{message} was read after the newest, #{seqs[^1]}";
            var own = fold[seqs[at++]]!;
            if (!message.Matches(own)) return $"{message} was read, but the log has {own}";
        }
        return upTo is not null && at < seqs.Count ? $"{messages[^1]} was read last, but #{seqs[at]} follows" : null;
    }
}
