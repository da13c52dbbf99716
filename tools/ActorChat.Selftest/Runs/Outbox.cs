using ActorChat.Selftest.Clients;

namespace ActorChat.Selftest.Runs;

/// <summary>What a participant has said: what is not answered yet is unknown, and is said again until it is.</summary>
sealed class Outbox(string name, Random choice)
{
    // Enough to repeat from; older ones are as good as newer ones.
    const int MostKept = 2000;

    static readonly string[] Seasonings = ["", " 漢字", " 😀👍🏽", " *bold* `code`", " <b>no</b>", " \"quoted\" \\ \t tab", " é\u0301\u200d", "\nsecond line"];

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

    /// <summary>A message that nobody has said before; its text is nobody else's.</summary>
    public Draft New(string prefix = "")
    {
        lock (gate)
        {
            var number = ++count;
            var filler = choice.Next(100) == 0 ? choice.Next(4000) : choice.Next(60);
            var draft = new Draft($"{name}-{number:D12}", $"{prefix}{name} says {number}{Seasonings[choice.Next(Seasonings.Length)]} {new string('.', filler)}!");
            unknown.Add(draft.Key, draft);
            return draft;
        }
    }

    public IReadOnlyList<Draft> New(int many) => [.. Enumerable.Range(0, many).Select(_ => New())];

    /// <summary>What is not answered yet, in the order in which it was said first.</summary>
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

    /// <summary>Some of what was answered, at random.</summary>
    public IReadOnlyList<Draft> Settled(int many)
    {
        lock (gate) return settled.Count == 0 ? [] : [.. Enumerable.Range(0, many).Select(_ => settled[choice.Next(settled.Count)])];
    }
}
