using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Tests.Checking;

/// <summary>Ways to break a history at a place. The result is null if the history has no such place.</summary>
static class Mutations
{
    public static readonly IReadOnlyDictionary<string, (string Rule, Func<History, int, History?> Break)> All = new Dictionary<string,
        (string, Func<History, int, History?>)>
    {
        ["an acknowledged message is not in the log"] = ("lost", (h, at) =>
            WithoutKey(h, Pick(h, at, (Acknowledged a) => true)?.Entry.Key)),
        ["an ok names the seq of another"] = ("misplaced", (h, at) =>
            Change(h, at, (Acknowledged a) => a.Seq > 1, a => a with { Seq = a.Seq - 1 })),
        ["an ok is for another text"] = ("misplaced", (h, at) =>
            Change(h, at, (Acknowledged a) => true, a => a with { Text = "not that" })),
        ["two answers of a key differ"] = ("answers-differ", (h, at) =>
            Change(h, at, (Acknowledged a) => a.Duplicate && Oks(h, a) > 1, a => a with { At = "later" })),
        ["a repeated send is new again"] = ("answers-differ", (h, at) =>
            Change(h, at, (Acknowledged a) => a.Duplicate && WasNew(h, a), a => a with { Duplicate = false })),
        ["what was sent once is a duplicate"] = ("answers-differ", (h, at) =>
            Change(h, at, (Acknowledged a) => !a.Duplicate && Sends(h, a.Key) == 1, a => a with { Duplicate = true })),
        ["one send is answered twice"] = ("answers-differ", (h, at) =>
            Change(h, at, (Acknowledged a) => !a.Duplicate && Sends(h, a.Key) == 1, a => a, a => a with { Duplicate = true })),
        ["a send is never answered"] = ("unanswered", (h, at) =>
            Pick(h, at, (Acknowledged a) => true) is { Entry: var ok } ? Without(h, e => e is Acknowledged a && a.Key == ok.Key) : null),
        ["a refused message is stored"] = ("refused", (h, at) =>
            Change(h, at, (Acknowledged a) => Sends(h, a.Key) == 1, a =>
            new Refused(a.Connection, a.Request, a.Key, a.Text, "busy") { Order = a.Order })),
        ["a seq is missing in the log"] = ("dense", (h, at) => WithLog(h, log => log.RemoveAt(At(at, log)))),
        ["a seq is in the log twice"] = ("dense", (h, at) => WithLog(h, log => log.Insert(At(at, log), log[At(at, log)]))),
        ["the log ends before its head"] = ("dense", (h, _) => WithLog(h, log => log.RemoveAt(log.Count - 1))),
        ["a message is stored twice"] = ("doubled", (h, at) =>
            Append(h, at, (e, seq) => ModelServer.Message(seq, e.SenderId!, e.Key!, e.Text))),
        ["a copy is stored under a key of its own"] = ("copied", (h, at) =>
            Append(h, at, (e, seq) => ModelServer.Message(seq, e.SenderId!, $"copy-of-{e.Key}", e.Text))),
        ["a message is from nobody"] = ("phantom", (h, at) =>
            Append(h, at, (e, seq) => ModelServer.Message(seq, "nobody", e.Key!, e.Text))),
        ["a message was altered on its way into the log"] = ("phantom", (h, at) =>
            Append(h, at, (e, seq) => ModelServer.Message(seq, e.SenderId!, e.Key!, e.Text + "!"))),
        ["a question is answered twice"] = ("one-answer", (h, at) =>
            AppendTo(h, at, e => e.ReplyTo is not null, (e, seq) => ModelServer.Answer(seq, e.ReplyTo!.Value))),
        ["an answer has no end"] = ("one-answer", (h, at) =>
            AppendTo(h, at, e => e.IsSaidByPerson, (e, seq) => ModelServer.Answer(seq, e.Seq))),
        ["an answer ends twice"] = ("one-answer", (h, at) =>
            AppendTo(h, at, e => e.Type == "answered", (e, seq) => ModelServer.End(seq, e.Message!.Value, e.Text))),
        ["a frame is no frame"] = ("frames", (h, at) =>
            Change(h, at, (EventReceived s) => true, s => s, s => new InvalidFrame(s.Connection, "nonsense"))),
        ["one client is shown another text"] = ("same-for-all", (h, at) =>
            Change(h, at, (EventReceived s) => s.Event.IsSaidByPerson, s => s with { Event = Altered(s.Event) })),
        ["two events are swapped"] = ("stream", (h, at) =>
            Neighbours(h, at, (EventReceived a, EventReceived b) =>
            a.How == Source.Live && b.How == Source.Live && a.Connection == b.Connection, (a, b) =>
            [b with { Order = a.Order }, a with { Order = b.Order }])),
        ["an event does not come"] = ("stream", (h, at) =>
            Neighbours(h, at, (EventReceived a, EventReceived b) =>
            a.How == Source.Live && b.How == Source.Live && a.Connection == b.Connection, (a, b) => [b])),
        ["an event comes twice"] = ("stream", (h, at) =>
            Change(h, at, (EventReceived s) => s.How is Source.Live or Source.Sync, s => s, s => s)),
        ["a replay leaves one out"] = ("stream", (h, at) =>
            Neighbours(h, at, (EventReceived a, EventReceived b) => a.How == Source.Sync && b.How == Source.Sync, (a, b) => [b])),
        ["a replay ends before the head"] = ("resume", (h, at) => Change(h, at, (Opened o) => true, o => o with { Head = o.Head + 1 })),
        ["a reset has no reason"] = ("resume", (h, at) => Change(h, at, (ResetReceived r) => true, r => r with { Why = "ahead" })),
        ["a near cursor is too far"] = ("resume", (h, at) =>
            Neighbours(h, at, (Opened a, ResetReceived b) => true, (a, b) => [a with { Cursor = a.Head / 2 }, b with { Why = "too_far" }])),
        ["the epoch is another"] = ("resume", (h, at) => Change(h, at, (Opened o) => o.Connection > 1, o => o with { Epoch = "e2" })),
        ["the head is lower than it was"] = ("went-back", (h, at) =>
            Change(h, at, (Opened o) => o.Connection > 1 && o.Cursor > 0, o => o with { Head = o.Cursor!.Value - 1 })),
        ["a client stays behind"] = ("behind", (h, _) => h with { Fresh = h.Fresh with { Head = h.Fresh.Head + 1 } }),
        ["two of one burst are stored in the wrong order"] = ("sender-order", (h, at) =>
            Neighbours(h, at, (Sent a, Sent b) => a.Connection == b.Connection && Sends(h, a.Key) == 1 && Sends(h, b.Key) == 1, (a, b) =>
            [b with { Order = a.Order }, a with { Order = b.Order }])),
        ["a later request is stored before an earlier one"] = ("sender-order", (h, at) =>
            Neighbours(h, at, (Acknowledged a, Acknowledged b) => a.Connection == b.Connection && !a.Duplicate && !b.Duplicate, (a, b) =>
            [a with { Request = b.Request }, b with { Request = a.Request }])),
        ["a message is before an event that was known when it was sent"] = ("time-order", (h, at) =>
            Change(h, at, (Sent s) => Sends(h, s.Key) == 1, s => s with { Order = long.MaxValue })),
        ["a reset shows another text"] = ("snapshot", (h, at) =>
            Change(h, at, (ResetReceived r) => r.Messages.Count > 0, r => r with { Messages = Alter(r.Messages, at) })),
        ["a reset leaves out the newest"] = ("snapshot", (h, at) =>
            Change(h, at, (ResetReceived r) => r.Messages.Count > 0, r => r with { Messages = [.. r.Messages.SkipLast(1)] })),
        ["a page leaves one out"] = ("snapshot", (h, at) =>
            Change(h, at, (PageReceived p) => p.Messages.Count > 2, p => p with { Messages = [p.Messages[0], .. p.Messages.Skip(2)] })),
        ["a client shows another text"] = ("folded", (h, at) => Shows(h, at, shown => Alter(shown, at))),
        ["a client shows one message less"] = ("folded", (h, at) =>
            Shows(h, at, shown => shown.Count > 2 ? [shown[0], .. shown.Skip(2)] : null)),
        ["the pages are not the log"] = ("folded", (h, at) =>
            h.Fresh.Messages.Count > 0 ? h with { Fresh = h.Fresh with { Messages = Alter(h.Fresh.Messages, at) } } : null),
        ["a delta is not a part of the answer"] = ("deltas", (h, at) =>
            Change(h, at, (DeltaReceived d) => true, d => d with { Offset = d.Offset + 1 })),
    };

    static int At<T>(int at, List<T> list) => at % list.Count;

    static int Sends(History h, string key) => h.Clients.Sum(c => c.Entries.OfType<Sent>().Count(s => s.Key == key));

    static int Oks(History h, Acknowledged ok) => h.Clients.Sum(c => c.Entries.OfType<Acknowledged>().Count(a => a.Key == ok.Key));

    static bool WasNew(History h, Acknowledged ok) =>
        h.Clients.Any(c => c.Entries.OfType<Acknowledged>().Any(a => a.Key == ok.Key && !a.Duplicate));

    static LoggedEvent Altered(LoggedEvent e) => ModelServer.Message(e.Seq, e.SenderId!, e.Key!, e.Text + "?");

    static IReadOnlyList<FoldedMessage> Alter(IReadOnlyList<FoldedMessage> messages, int at) =>
        [.. messages.Select((m, i) => i == at % messages.Count ? m with { Text = m.Text + "?" } : m)];

    static (int Client, int Index, T Entry)? Pick<T>(History h, int at, Func<T, bool> which) where T : Entry
    {
        var all = h.Clients.SelectMany((c, client) =>
            c.Entries.Select((e, index) => (Client: client, Index: index, Entry: e as T))
            .Where(x => x.Entry is not null && which(x.Entry))).ToArray();
        return all.Length == 0 ? null : (all[at % all.Length].Client, all[at % all.Length].Index, all[at % all.Length].Entry!);
    }

    static History? Change<T>(History h, int at, Func<T, bool> which, params Func<T, Entry>[] into) where T : Entry =>
        Pick(h, at, which) is { } picked ? Replace(h, picked.Client, picked.Index, 1, [.. into.Select(f => f(picked.Entry))]) : null;

    static History? Neighbours<TOne, TOther>(History h, int at, Func<TOne, TOther, bool> which, Func<TOne, TOther, Entry[]> into) where TOne
        : Entry where TOther : Entry
    {
        var all = h.Clients.SelectMany((c, client) => Enumerable.Range(0, c.Entries.Count - 1)
            .Where(i => c.Entries[i] is TOne a && c.Entries[i + 1] is TOther b && which(a, b)).Select(i => (client, i))).ToArray();
        if (all.Length == 0) return null;
        var (who, index) = all[at % all.Length];
        return Replace(h, who, index, 2, into((TOne)h.Clients[who].Entries[index], (TOther)h.Clients[who].Entries[index + 1]));
    }

    static History Replace(History h, int client, int index, int count, Entry[] by) => h with
    {
        Clients = [.. h.Clients
            .Select((c, i) => i == client ? c with { Entries = [.. c.Entries.Take(index), .. by, .. c.Entries.Skip(index + count)] } : c)],
    };

    static History Without(History h, Func<Entry, bool> which) =>
        h with { Clients = [.. h.Clients.Select(c => c with { Entries = [.. c.Entries.Where(e => !which(e))] })] };

    static History? WithoutKey(History h, string? key) => key is null ? null : WithLog(h, log => log.RemoveAll(e => e.Key == key));

    static History? WithLog(History h, Action<List<LoggedEvent>> change)
    {
        var log = h.Fresh.Log.ToList();
        if (log.Count < 2) return null;
        change(log);
        return h with { Fresh = h.Fresh with { Log = log } };
    }

    static History? Append(History h, int at, Func<LoggedEvent, long, LoggedEvent> make) => AppendTo(h, at, e => e.IsSaidByPerson, make);

    static History? AppendTo(History h, int at, Func<LoggedEvent, bool> which, Func<LoggedEvent, long, LoggedEvent> make)
    {
        var fit = h.Fresh.Log.Where(which).ToList();
        return fit.Count == 0 ? null : WithLog(h, log => log.Add(make(fit[At(at, fit)], log.Count + 1)));
    }

    static History? Shows(History h, int at, Func<IReadOnlyList<FoldedMessage>, IReadOnlyList<FoldedMessage>?> change)
    {
        var who = at % h.Clients.Count;
        if (h.Clients[who].Shows.Count == 0 || change(h.Clients[who].Shows) is not { } shown) return null;
        return h with { Clients = [.. h.Clients.Select((c, i) => i == who ? c with { Shows = shown } : c)] };
    }
}
