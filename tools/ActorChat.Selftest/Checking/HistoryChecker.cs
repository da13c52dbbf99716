using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Checking;

/// <summary>
/// Matches which promises a history breaks. It knows nothing of the server: only what its clients did and were told, and what a fresh
/// client reads afterwards.
/// </summary>
static class HistoryChecker
{
    // A defect may break a rule thousands of times. Nobody reads so many lines.
    const int MostOfARule = 20;

    public static readonly IReadOnlyList<Rule> Rules =
    [
        new("lost", "An acknowledged message is in the log.", AcknowledgementRules.Lost),
        new("misplaced", "An ok has the seq at which every client sees the message.", AcknowledgementRules.Misplaced),
        new("answers-differ", "All oks of a key have the same seq and time, and at most one of them is not a duplicate.",
            AcknowledgementRules.AnswersDiffer),
        new("unanswered", "A send that is repeated is answered in the end.", AcknowledgementRules.Unanswered),
        new("refused", "A send that was only ever refused is not in the log.", AcknowledgementRules.RefusedButStored),
        new("dense", "The log has each seq from 1 to its head exactly once.", LogRules.Dense),
        new("doubled", "The log has each key at most once.", LogRules.Doubled),
        new("copied", "The log has a message at most once for each key under which it was sent.", LogRules.Copied),
        new("phantom", "The log has nothing that no client sent.", LogRules.Phantom),
        new("one-answer", "A question has at most one answer, and every answer ends once.", LogRules.OneAnswer),
        new("frames", "Every frame is one of the protocol, and every reply belongs to one request.", StreamRules.Frames),
        new("same-for-all", "Every client gets the same event at a seq, live and when it reads it again.", StreamRules.SameForAll),
        new("stream", "On a connection, events come in the order of their seq, none twice.", StreamRules.Stream),
        new("resume", "An opening covers everything from the cursor to the head, or is a reset with a correct reason.", StreamRules.Resume),
        new("went-back", "No client gets a head below one that any client got before.", OrderRules.WentBack),
        new("behind", "In the end every client has reached the head.", StreamRules.Behind),
        new("sender-order", "Sends of one client over one connection are stored in their order.", OrderRules.SenderOrder),
        new("time-order", "A message that was sent after an event was known has a higher seq than that event.", OrderRules.TimeOrder),
        new("snapshot", "A page or a reset is the log up to its as_of, folded.", FoldRules.Snapshot),
        new("folded", "In the end every client shows what a fresh client reads, and that is the log, folded.", FoldRules.Folded),
        new("deltas", "The deltas of an answer are parts of its text.", FoldRules.Deltas),
    ];

    public static IReadOnlyList<Violation> Check(History history)
    {
        var indexed = new IndexedHistory(history);
        return [.. Rules.SelectMany(rule =>
            rule.Check(indexed).Take(MostOfARule).Select(f => new Violation(rule.Name, f.Message, f.Evidence)))];
    }
}
