using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Checking;

/// <summary>Rules about what each connection received.</summary>
static class StreamRules
{
    // With more missing events the server may reset instead of replaying.
    const long MostInAReplay = 1000;

    public static IEnumerable<Finding> Frames(IndexedHistory history) =>
        history.Clients.SelectMany(client => client.Entries.OfType<InvalidFrame>()
            .Select(g => new Finding($"a frame on connection {g.Connection} of {client.Name}", g.Why)));

    public static IEnumerable<Finding> SameForAll(IndexedHistory history)
    {
        var seen = new HashSet<(long, LoggedEvent)>();
        foreach (var client in history.Clients)
            foreach (var received in client.Entries.OfType<EventReceived>())
            {
                var fresh = history.At(received.Event.Seq);
                if (ReferenceEquals(fresh, received.Event) || received.Event.Equals(fresh)
                    || !seen.Add((received.Event.Seq, received.Event))) continue;
                yield return new Finding($"#{received.Event.Seq}",
                    $"{client.Name} got ({received.How}) {received.Event}; a new client reads {fresh?.ToString() ?? "nothing"}");
            }
    }

    public static IEnumerable<Finding> Stream(IndexedHistory history)
    {
        foreach (var client in history.Clients)
        {
            var cursors = new Dictionary<int, long>();
            foreach (var entry in client.Entries)
            {
                switch (entry)
                {
                    case Opened { Cursor: { } cursor }: cursors[entry.Connection] = cursor; break;
                    case ResetReceived reset: cursors[entry.Connection] = reset.AsOf; break;
                    case EventReceived { How: Source.Live or Source.Sync } received:
                        var seq = received.Event.Seq;
                        if (!cursors.TryGetValue(entry.Connection, out var last))
                            yield return new Finding($"#{seq}", $"{client.Name}, connection {entry.Connection}: came before any opening");
                        else if (seq != last + 1)
                            yield return new Finding($"#{seq}",
                                $"{client.Name}, connection {entry.Connection} ({received.How}): came {(seq <= last ? "again, " : "")}after #{last}");
                        cursors[entry.Connection] = Math.Max(seq, last);
                        break;
                }
            }
        }
    }

    public static IEnumerable<Finding> Resume(IndexedHistory history)
    {
        string? epoch = null;
        foreach (var client in history.Clients)
        {
            Opened? opened = null;
            var reached = 0L;
            foreach (var entry in client.Entries)
            {
                switch (entry)
                {
                    case Opened now:
                        (opened, reached) = (now, now.Cursor ?? 0);
                        if (now.Epoch != (epoch ??= now.Epoch))
                            yield return new Finding($"epoch {now.Epoch}",
                                $"{client.Name}, connection {now.Connection}: it was {epoch} before");
                        break;
                    case ResetReceived reset when opened is not null:
                        if (WhyNot(opened, reset) is { } why)
                            yield return new Finding($"reset \"{reset.Why}\"",
                                $"{client.Name}, connection {reset.Connection}, from {(opened.Cursor is { } from ? $"#{from}" : "nothing")} to #{opened.Head}: {why}");
                        reached = reset.AsOf;
                        break;
                    case EventReceived { How: Source.Sync } received: reached = Math.Max(reached, received.Event.Seq); break;
                    case WentLive when opened is not null && reached != opened.Head:
                        yield return new Finding($"#{reached + 1}",
                            $"{client.Name}, connection {opened.Connection}: went live at {reached}, the head was {opened.Head}");
                        break;
                }
            }
        }
    }

    static string? WhyNot(Opened opened, ResetReceived reset)
    {
        var oldest = reset.Messages.Count > 0 ? reset.Messages[0].Seq : reset.AsOf + 1;
        return (reset.Why, opened.Cursor) switch
        {
            ("new", null) => null,
            ("too_far", { } cursor) when opened.Head - cursor <= MostInAReplay => $"only {opened.Head - cursor} events were missing",
            ("too_far", { } cursor) when cursor + 1 < oldest && (reset.HoleFrom, reset.HoleTo) != (cursor + 1, oldest - 1) =>
                $"the hole is {cursor + 1} to {oldest - 1}, but the reset has {reset.HoleFrom} to {reset.HoleTo}",
            ("too_far", not null) => null,
            _ => "this reason is wrong",
        };
    }

    public static IEnumerable<Finding> Behind(IndexedHistory history)
    {
        foreach (var client in history.Clients.Where(c => c.UserId is not null))
        {
            var reached = client.Entries.Max(entry => entry switch
            {
                EventReceived { How: Source.Live or Source.Sync } received => received.Event.Seq,
                ResetReceived reset => reset.AsOf,
                _ => 0,
            });
            if (reached < history.History.Fresh.Head)
                yield return new Finding($"#{reached + 1}", $"{client.Name} never got beyond #{reached} of {history.History.Fresh.Head}");
        }
    }
}
