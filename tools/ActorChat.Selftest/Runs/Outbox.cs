using ActorChat.Selftest.Clients;

namespace ActorChat.Selftest.Runs;

/// <summary>The messages of a participant. Those without an answer are unknown, and are sent again until they have one.</summary>
sealed class Outbox(string name, Random random)
{
    // Enough to choose repetitions from.
    const int MostKept = 2000;

    static readonly string[] Decorations = ["", " 漢字", " 😀👍🏽", " *bold* `code`", " <b>no</b>", " \"quoted\" \\ \t tab", " é\u0301\u200d",
        "\nsecond line"];

    readonly Lock gate = new();
    readonly Dictionary<string, Draft> unknown = [];
    readonly List<Draft> settled = [];
    int count, replaced;

    public bool IsSettled
    {
        get
        {
            lock (gate) return unknown.Count == 0;
        }
    }

    /// <summary>A new message with a unique text.</summary>
    public Draft New(string prefix = "")
    {
        lock (gate)
        {
            var number = ++count;
            var filler = random.Next(100) == 0 ? random.Next(4000) : random.Next(60);
            var draft = new Draft($"{name}-{number:D12}",
                $"{prefix}{name} says {number}{Decorations[random.Next(Decorations.Length)]} {new string('.', filler)}!");
            unknown.Add(draft.Key, draft);
            return draft;
        }
    }

    public IReadOnlyList<Draft> New(int many) => [.. Enumerable.Range(0, many).Select(_ => New())];

    /// <summary>The messages without an answer, in the order in which they were sent first.</summary>
    public IReadOnlyList<Draft> Unknown
    {
        get
        {
            lock (gate) return [.. unknown.Values.OrderBy(d => d.Key, StringComparer.Ordinal)];
        }
    }

    public void Settle(string key)
    {
        lock (gate)
        {
            if (!unknown.Remove(key, out var draft)) return;
            if (settled.Count < MostKept) settled.Add(draft);
            else settled[replaced++ % MostKept] = draft;
        }
    }

    /// <summary>Some answered messages, at random.</summary>
    public IReadOnlyList<Draft> Settled(int many)
    {
        lock (gate) return settled.Count == 0 ? [] : [.. Enumerable.Range(0, many).Select(_ => settled[random.Next(settled.Count)])];
    }
}
