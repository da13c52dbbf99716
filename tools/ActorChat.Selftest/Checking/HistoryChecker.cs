using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Checking;

/// <summary>
/// Says which promises a history breaks. It knows nothing of the server: only what its clients did and were told, and what a fresh
/// client reads afterwards.
/// </summary>
public static class HistoryChecker
{
    // A server that breaks a promise breaks it thousands of times; nobody reads so many lines.
    const int MostOfARule = 20;

    public static readonly IReadOnlyList<Rule> Rules =
    [
        new("lost", "An acknowledged message is in the log.", AcknowledgementRules.Lost),
        new("misplaced", "An ok names the seq at which everybody sees that message.", AcknowledgementRules.Misplaced),
        new("answers-differ", "Every ok of a key says the same; only the first says that the message is new.", AcknowledgementRules.AnswersDiffer),
        new("unanswered", "A send that is repeated is answered in the end.", AcknowledgementRules.Unanswered),
        new("refused", "What was only ever refused is not in the log.", AcknowledgementRules.RefusedButStored),
        new("dense", "The log has every seq from 1 to its head, once.", LogRules.Dense),
        new("doubled", "A key is in the log once.", LogRules.Doubled),
        new("copied", "A message is in the log as often as it was sent under keys of its own.", LogRules.Copied),
        new("phantom", "Nothing is in the log that nobody sent.", LogRules.Phantom),
        new("one-answer", "A question has at most one answer, and every answer comes to one end.", LogRules.OneAnswer),
        new("frames", "Every frame is one that the protocol has, and every reply belongs to one request.", StreamRules.Frames),
        new("same-for-all", "Everybody is shown the same event at a seq, live and whenever it is read again.", StreamRules.SameForAll),
        new("stream", "On a connection every event comes after the one before it, none twice.", StreamRules.Stream),
        new("resume", "An opening goes from the cursor to the head, or is a reset for a reason that holds.", StreamRules.Resume),
        new("went-back", "The head that a client is told is not below what anybody was told before.", OrderRules.WentBack),
        new("behind", "In the end every client has come to the head.", StreamRules.Behind),
        new("sender-order", "What one client sends over one connection is stored in that order.", OrderRules.SenderOrder),
        new("time-order", "What is sent after something was known stands behind it.", OrderRules.TimeOrder),
        new("snapshot", "A page or a reset is the log up to its as_of, folded.", FoldRules.Snapshot),
        new("folded", "What a client shows in the end is what a fresh client reads, and that is the log, folded.", FoldRules.Folded),
        new("deltas", "The pieces of an answer are pieces of the answer.", FoldRules.Deltas),
    ];

    public static IReadOnlyList<Violation> Check(History history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var indexed = new IndexedHistory(history);
        return [.. Rules.SelectMany(rule => rule.Check(indexed).Take(MostOfARule).Select(f => new Violation(rule.Name, f.Message, f.Evidence)))];
    }
}
