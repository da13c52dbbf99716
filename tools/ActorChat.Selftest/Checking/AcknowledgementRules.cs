using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Checking;

/// <summary>Rules about the answers to sends.</summary>
static class AcknowledgementRules
{
    static IEnumerable<(ClientHistory Client, Acknowledged Ok)> Oks(IndexedHistory history) =>
        history.Clients.SelectMany(client => client.Entries.OfType<Acknowledged>().Select(ok => (client, ok)));

    static string Name(ClientHistory client, string key) => $"key {key} of {client.Name}";

    public static IEnumerable<Finding> Lost(IndexedHistory history)
    {
        foreach (var (client, ok) in Oks(history).DistinctBy(o => (o.Client, o.Ok.Key)))
            if (history.Stored(client, ok.Key) is null)
                yield return new Finding(Name(client, ok.Key),
                    $"acknowledged as #{ok.Seq} on connection {ok.Connection}, but nothing in the log has the key; #{ok.Seq} is {Describe(history.At(ok.Seq))}");
    }

    public static IEnumerable<Finding> Misplaced(IndexedHistory history)
    {
        foreach (var (client, ok) in Oks(history))
        {
            if (history.Stored(client, ok.Key) is not { } stored) continue; // lost
            if (stored.Seq != ok.Seq)
                yield return new Finding(Name(client, ok.Key),
                    $"acknowledged as #{ok.Seq} on connection {ok.Connection}, stored as #{stored.Seq}");
            else if (stored.Text != ok.Text)
                yield return new Finding(Name(client, ok.Key), $"acknowledged with the text \"{ok.Text}\", stored as {Describe(stored)}");
        }
    }

    public static IEnumerable<Finding> AnswersDiffer(IndexedHistory history)
    {
        foreach (var client in history.Clients)
        {
            var sent = client.Entries.OfType<Sent>().GroupBy(s => s.Key).ToDictionary(g => g.Key, g => g.Count());
            foreach (var oks in client.Entries.OfType<Acknowledged>().GroupBy(ok => ok.Key))
            {
                var first = oks.First();
                if (oks.FirstOrDefault(ok => (ok.Seq, ok.At) != (first.Seq, first.At)) is { } other)
                    yield return new Finding(Name(client, oks.Key),
                        $"answered with #{first.Seq} at {first.At}, and with #{other.Seq} at {other.At}");
                if (oks.Count(ok => !ok.Duplicate) > 1)
                    yield return new Finding(Name(client, oks.Key), $"answered {oks.Count(ok => !ok.Duplicate)} times as if it were new");
                if (first.Duplicate && sent.GetValueOrDefault(oks.Key) == 1)
                    yield return new Finding(Name(client, oks.Key), $"answered as a duplicate, though it was sent once");
                if (oks.Count() > sent.GetValueOrDefault(oks.Key))
                    yield return new Finding(Name(client, oks.Key),
                        $"answered {oks.Count()} times, sent {sent.GetValueOrDefault(oks.Key)} times");
            }
        }
    }

    public static IEnumerable<Finding> Unanswered(IndexedHistory history)
    {
        foreach (var client in history.Clients)
        {
            var answered = client.Entries.OfType<Acknowledged>().Select(ok => ok.Key).ToHashSet();
            foreach (var sent in client.Entries.OfType<Sent>().Where(s => !answered.Contains(s.Key)).DistinctBy(s => s.Key))
                yield return new Finding(Name(client, sent.Key),
                    $"never answered; first sent as request {sent.Request} on connection {sent.Connection}, {client.Entries.OfType<Sent>().Count(s => s.Key == sent.Key)} times in all");
        }
    }

    public static IEnumerable<Finding> RefusedButStored(IndexedHistory history)
    {
        foreach (var client in history.Clients)
        {
            var sent = client.Entries.OfType<Sent>().GroupBy(s => (s.Key, s.Text)).ToDictionary(g => g.Key, g => g.Count());
            foreach (var refusals in client.Entries.OfType<Refused>().GroupBy(r => (r.Key, r.Text)))
                if (refusals.Count() >= sent.GetValueOrDefault(refusals.Key) && history.Stored(client, refusals.Key.Key) is { } stored
                    && stored.Text == refusals.Key.Text)
                    yield return new Finding(Name(client, refusals.Key.Key),
                        $"refused with {refusals.First().Code} each time it was sent, but stored as #{stored.Seq}");
        }
    }

    static string Describe(LoggedEvent? e) => e?.ToString() ?? "nothing";
}
