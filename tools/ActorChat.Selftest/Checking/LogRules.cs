using ActorChat.Selftest.Histories;

namespace ActorChat.Selftest.Checking;

/// <summary>Rules about the log as a new client reads it.</summary>
static class LogRules
{
    public static IEnumerable<Finding> Dense(IndexedHistory history)
    {
        var expected = 1L;
        foreach (var e in history.Log)
        {
            if (e.Seq != expected) yield return new Finding($"#{e.Seq}", $"is in the place of #{expected}");
            expected = e.Seq + 1;
        }
        if (expected != history.History.Fresh.Head + 1)
            yield return new Finding($"#{expected}", $"the log ends before it, but the head is {history.History.Fresh.Head}");
    }

    public static IEnumerable<Finding> Doubled(IndexedHistory history) =>
        history.Log.Where(e => e.IsMessage && e.Key is not null).GroupBy(e => (e.SenderId, e.Key)).Where(g => g.Count() > 1)
            .Select(g => new Finding($"key {g.Key.Key}", $"stored as {Seqs(g)}"));

    public static IEnumerable<Finding> Copied(IndexedHistory history)
    {
        var users = history.Clients.Where(c => c.UserId is not null).ToDictionary(c => c.UserId!);
        var sent = users.Values.SelectMany(c => c.Entries.OfType<Sent>().Select(s => (c.UserId, s.Text, s.Key))).Distinct()
            .GroupBy(s => (s.UserId, s.Text)).ToDictionary(g => g.Key, g => g.Count());
        return history.Log.Where(e => e.IsSaidByPerson && e.SenderId is { } user && users.ContainsKey(user))
            .GroupBy(e => (e.SenderId, e.Text))
            .Where(g => sent.TryGetValue(g.Key, out var times) && g.Count() > times)
            .Select(g => new Finding($"\"{g.Key.Text}\" of {users[g.Key.SenderId!].Name}",
                $"sent under {sent[g.Key]} keys, stored as {Seqs(g)}"));
    }

    public static IEnumerable<Finding> Phantom(IndexedHistory history)
    {
        var users = history.Clients.Where(c => c.UserId is not null)
            .ToDictionary(c => c.UserId!, c => c.Entries.OfType<Sent>().Select(s => (s.Key, s.Text)).ToHashSet());
        foreach (var e in history.Log.Where(e => e.IsSaidByPerson))
        {
            if (!users.TryGetValue(e.SenderId ?? "", out var sent)) yield return new Finding($"#{e.Seq}", $"no client sent {e}");
            else if (!sent.Contains((e.Key ?? "", e.Text))) yield return new Finding($"#{e.Seq}", $"its sender never sent this: {e}");
        }
    }

    public static IEnumerable<Finding> OneAnswer(IndexedHistory history)
    {
        var answers = history.Log.Where(e => e is { IsMessage: true, Kind: "ai_response" }).ToArray();
        var ends = history.Log.Where(e => e.Type == "answered").ToLookup(e => e.Message);
        foreach (var twice in answers.GroupBy(a => a.ReplyTo).Where(g => g.Count() > 1))
            yield return new Finding($"question #{twice.Key}", $"answered by {Seqs(twice)}");
        foreach (var answer in answers)
        {
            if (answer.ReplyTo is not { } question || history.At(question) is not { IsSaidByPerson: true } || question >= answer.Seq)
                yield return new Finding($"answer #{answer.Seq}", $"replies to #{answer.ReplyTo}, which is not an earlier question");
            var count = ends[answer.Seq].Count();
            if (count != 1)
                yield return new Finding($"answer #{answer.Seq}", count == 0 ? "has no end" : $"has the ends {Seqs(ends[answer.Seq])}");
        }
        var begun = answers.Select(a => a.Seq).ToHashSet();
        foreach (var end in ends.SelectMany(g => g).Where(e => e.Message is not { } of || !begun.Contains(of) || of >= e.Seq))
            yield return new Finding($"end #{end.Seq}", $"belongs to #{end.Message}, which is not an earlier answer");
    }

    static string Seqs(IEnumerable<LoggedEvent> events) => string.Join(" and ", events.Select(e => $"#{e.Seq}"));
}
