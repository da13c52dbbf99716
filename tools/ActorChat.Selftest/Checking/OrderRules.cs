using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Checking;

/// <summary>Rules about the order of the log.</summary>
static class OrderRules
{
    public static IEnumerable<Finding> WentBack(IndexedHistory history)
    {
        foreach (var client in history.Clients)
            foreach (var opened in client.Entries.OfType<Opened>())
                if (history.KnownBefore(opened.Asked) is var known && opened.Head < known)
                    yield return new Finding($"#{known}",
                        $"was known before {client.Name} opened connection {opened.Connection}, but the head was {opened.Head}");
    }

    public static IEnumerable<Finding> SenderOrder(IndexedHistory history)
    {
        foreach (var client in history.Clients)
            foreach (var finding in OfFirstAttempts(history, client).Concat(OfNewMessages(client)))
                yield return finding;
    }

    // The server reads a connection in order. If two messages were sent for the first time on one connection and stored by it, they are
    // stored in that order. A refused message was sent again later, and may be anywhere.
    static IEnumerable<Finding> OfFirstAttempts(IndexedHistory history, ClientHistory client)
    {
        var refused = client.Entries.OfType<Refused>().Select(r => r.Key).ToHashSet();
        var attempts = client.Entries.OfType<Sent>().ToLookup(s => s.Key);
        foreach (var connection in client.Entries.OfType<Sent>().DistinctBy(s => s.Key).GroupBy(s => s.Connection))
        {
            (string Key, long Seq) last = ("", 0);
            foreach (var sent in connection)
            {
                if (refused.Contains(sent.Key) || history.Stored(client, sent.Key) is not { } stored) continue;
                // It was sent again over another connection before any client knew that it was stored, so either may have stored it.
                var again = attempts[sent.Key].FirstOrDefault(s => s.Connection != sent.Connection);
                var byThis = again is null || history.KnownBefore(again.Order) >= stored.Seq;
                if (byThis && stored.Seq < last.Seq)
                    yield return new Finding($"key {sent.Key} of {client.Name}",
                        $"sent after {last.Key} on connection {connection.Key}, but stored as #{stored.Seq}, before #{last.Seq}");
                else if (stored.Seq > last.Seq) last = (sent.Key, stored.Seq);
            }
        }
    }

    // A message that is acknowledged as new was stored by that connection, even if another one had sent it before.
    static IEnumerable<Finding> OfNewMessages(ClientHistory client)
    {
        foreach (var connection in client.Entries.OfType<Acknowledged>().Where(ok => !ok.Duplicate).GroupBy(ok => ok.Connection))
        {
            Acknowledged? last = null;
            foreach (var ok in connection.OrderBy(ok => ok.Request))
            {
                if (last is not null && ok.Seq < last.Seq)
                    yield return new Finding($"key {ok.Key} of {client.Name}",
                        $"request {ok.Request} on connection {connection.Key} became #{ok.Seq}, request {last.Request} before it #{last.Seq}");
                else last = ok;
            }
        }
    }

    public static IEnumerable<Finding> TimeOrder(IndexedHistory history)
    {
        foreach (var client in history.Clients)
            foreach (var sent in client.Entries.OfType<Sent>().DistinctBy(s => s.Key))
                if (history.Stored(client, sent.Key) is { } stored && history.KnownBefore(sent.Order) is var known && stored.Seq <= known)
                    yield return new Finding($"key {sent.Key} of {client.Name}",
                        $"stored as #{stored.Seq}, but first sent when #{known} was known already");
    }
}
