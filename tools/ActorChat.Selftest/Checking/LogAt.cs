using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Checking;

/// <summary>The log folded up to a seq that moves forward.</summary>
sealed class LogAt(IReadOnlyList<LoggedEvent> log)
{
    readonly Fold fold = new();
    readonly List<long> seqs = [];
    int next;

    public void GoTo(long seq)
    {
        for (; next < log.Count && log[next].Seq <= seq; next++)
        {
            fold.Apply(log[next]);
            if (log[next].IsMessage) seqs.Add(log[next].Seq);
        }
    }

    /// <summary>
    /// How messages that were read differ from those of the log: every one that lies between the first and the last must be there, as it is here.
    /// </summary>
    /// <param name="upTo">Where the messages must go on to; none where a page may end anywhere.</param>
    public string? Difference(IReadOnlyList<FoldedMessage> messages, long? upTo)
    {
        if (messages.Count == 0) return upTo is not null && seqs.Count > 0 ? $"nothing was read, though #{seqs[^1]} is there" : null;
        var at = seqs.BinarySearch(messages[0].Seq);
        if (at < 0) return $"{messages[0]} was read, which is not there";
        foreach (var message in messages)
        {
            if (at == seqs.Count) return $"{message} was read after the newest, #{seqs[^1]}";
            var own = fold[seqs[at++]]!;
            if (!message.Says(own)) return $"{message} was read where the log has {own}";
        }
        return upTo is not null && at < seqs.Count ? $"{messages[^1]} was read last, though #{seqs[at]} comes after it" : null;
    }
}
