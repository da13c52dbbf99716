using System.Globalization;
using ActorChat.Selftest.Checking;
using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Runs;

/// <summary>Formats the figures and the verdict of a run.</summary>
static class SelftestReport
{
    public const string Kept = "verdict: KEPT", Broken = "verdict: BROKEN", None = "verdict: NONE";

    public static IEnumerable<string> Lines(SelftestResult result)
    {
        if (result.History is { } history)
        {
            foreach (var (name, text) in Figures(history)) yield return $"{name,-14}{text}";
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{"server",-14}{result.Kills} kills, {result.Stops} stops{(result.Freezes > 0 ? $", {result.Freezes} freezes" : "")}; the longest start took {result.LongestStart.TotalSeconds:F1} s");
        }
        if (result.Failure is not null)
        {
            yield return $"{None}. {result.Failure}";
            yield break;
        }
        foreach (var violation in result.Violations) yield return $"violation  {violation}";
        yield return result.Passed
            ? $"{Kept}. {HistoryChecker.Rules.Count} rules hold: nothing lost, duplicated, reordered or invented."
            : $"{Broken}. {result.Violations.Count} violations of {string.Join(", ", result.Violations.Select(v => v.Rule).Distinct())}.";
    }

    static IEnumerable<(string Name, string Text)> Figures(History history)
    {
        var entries = history.Clients.SelectMany(c => c.Entries).ToArray();
        int Count<T>(Func<T, bool>? which = null) where T : Entry => entries.OfType<T>().Count(which ?? (_ => true));
        var said = history.Fresh.Log.Count(e => e.IsSaidByPerson);
        var answers = history.Fresh.Log.Count(e => e.Type == "answered");
        var messages = Count<Sent>() - history.Clients.Sum(c => c.Entries.OfType<Sent>().Select(s => s.Key).Distinct().Count());
        yield return ("messages", N($"{said:N0} in the log, {answers} answers of the bot, head {history.Fresh.Head:N0}"));
        yield return ("sends",
            N($"{Count<Sent>():N0}, {messages:N0} of them repetitions; {Count<Acknowledged>(a => a.Duplicate):N0} answered as duplicates, {Count<Refused>():N0} refused"));
        yield return ("connections",
            N($"{Count<Opened>():N0}, {Count<Ended>(e => e.CloseCode is null):N0} broken, {Count<Ended>(e => e.CloseCode == 4001):N0} closed for a stop, {Count<Ended>(e => e.CloseCode == 4002):N0} for slow reading"));
        yield return ("openings",
            N($"{Count<Opened>(o => o.Cursor is not null):N0} resumes; resets: {Count<ResetReceived>(r => r.Why == "new"):N0} new, {Count<ResetReceived>(r => r.Why == "too_far"):N0} too far, {Count<ResetReceived>(r => r.Why is not ("new" or "too_far")):N0} other"));
        yield return ("events seen",
            N($"{Count<EventReceived>():N0} by {history.Clients.Count} clients, each compared with the one log; {Count<PageReceived>():N0} pages, {Count<DeltaReceived>():N0} deltas"));
    }

    static string N(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
