using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Checking;

/// <summary>A history with indexes for the rules.</summary>
sealed class IndexedHistory
{
    readonly Dictionary<long, LoggedEvent> bySeq = [];
    readonly Dictionary<(string User, string Key), LoggedEvent> byKey = [];
    readonly List<(long Order, long Seq)> known;

    public IndexedHistory(History history)
    {
        History = history;
        foreach (var e in history.Fresh.Log)
        {
            bySeq.TryAdd(e.Seq, e);
            if (e is { IsMessage: true, SenderId: { } user, Key: { } key }) byKey.TryAdd((user, key), e);
        }
        known = HighestKnown(history);
    }

    public History History { get; }

    public IReadOnlyList<ClientHistory> Clients => History.Clients;

    public IReadOnlyList<LoggedEvent> Log => History.Fresh.Log;

    /// <summary>The event that the new client read at a seq.</summary>
    public LoggedEvent? At(long seq) => bySeq.GetValueOrDefault(seq);

    /// <summary>The event that stores a client's key.</summary>
    public LoggedEvent? Stored(ClientHistory client, string key)
    {
        return client.UserId is { } user ? byKey.GetValueOrDefault((user, key)) : null;
    }

    /// <summary>The highest seq that any client had received before an entry.</summary>
    public long KnownBefore(long order)
    {
        var (low, high) = (0, known.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (known[middle].Order < order) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? 0 : known[low - 1].Seq;
    }

    // Only entries with a higher seq than all entries before them.
    static List<(long Order, long Seq)> HighestKnown(History history)
    {
        var seen = new List<(long Order, long Seq)>();
        foreach (var client in history.Clients)
        {
            var highest = 0L;
            foreach (var entry in client.Entries)
            {
                var seq = entry switch
                {
                    Acknowledged ok => ok.Seq,
                    EventReceived received => received.Event.Seq,
                    Opened opened => opened.Head,
                    ResetReceived reset => reset.AsOf,
                    PageReceived page => page.AsOf,
                    _ => 0,
                };
                if (seq <= highest) continue;
                highest = seq;
                seen.Add((entry.Order, seq));
            }
        }
        seen.Sort();
        var records = new List<(long Order, long Seq)>();
        foreach (var (order, seq) in seen)
            if (records.Count == 0 || seq > records[^1].Seq)
                records.Add((order, seq));
        return records;
    }
}
