using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Checking;

/// <summary>Rules that compare what clients show with the folded log.</summary>
static class FoldRules
{
    public static IEnumerable<Finding> Snapshot(IndexedHistory history)
    {
        var read = history.Clients.SelectMany(client => client.Entries.Select(entry => entry switch
        {
            ResetReceived reset => new Reading(client, entry, reset.AsOf, reset.Messages, reset.AsOf),
            PageReceived page => new Reading(client, entry, page.AsOf, page.Messages, null),
            _ => null,
        })).OfType<Reading>().OrderBy(r => r.AsOf);
        var log = new FoldedLog(history.Log);
        foreach (var reading in read)
        {
            log.AdvanceTo(reading.AsOf);
            if (log.Difference(reading.Messages, reading.UpTo) is { } difference)
                yield return new Finding($"{reading.Entry.GetType().Name} as of #{reading.AsOf}",
                    $"{reading.Client.Name}, connection {reading.Entry.Connection}: {difference}");
        }
    }

    sealed record Reading(ClientHistory Client, Entry Entry, long AsOf, IReadOnlyList<FoldedMessage> Messages, long? UpTo);

    public static IEnumerable<Finding> Folded(IndexedHistory history)
    {
        var log = new FoldedLog(history.Log);
        log.AdvanceTo(long.MaxValue);
        if (log.Difference(history.History.Fresh.Messages, long.MaxValue) is { } fresh)
            yield return new Finding("the fresh client's pages", fresh);
        foreach (var client in history.Clients)
            if (log.Difference(client.Shows, client.Shows.Count > 0 ? long.MaxValue : null) is { } difference)
                yield return new Finding($"what {client.Name} shows", difference);
    }

    public static IEnumerable<Finding> Deltas(IndexedHistory history)
    {
        var ends = history.Log.Where(e => e is { Type: "answered", State: "done", Message: not null }).DistinctBy(e => e.Message)
            .ToDictionary(e => e.Message!.Value);
        foreach (var client in history.Clients)
            foreach (var delta in client.Entries.OfType<DeltaReceived>())
                if (ends.TryGetValue(delta.Message, out var end)
                    && (delta.Offset > end.Text.Length || !end.Text.AsSpan(delta.Offset).StartsWith(delta.Text, StringComparison.Ordinal)))
                    yield return new Finding($"answer #{delta.Message}",
                        $"{client.Name} got \"{delta.Text}\" at {delta.Offset}, which is not in its text, {end}");
    }
}
