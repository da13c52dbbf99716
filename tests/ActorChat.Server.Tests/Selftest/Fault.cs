using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ActorChat.Server.Tests.Selftest;

/// <summary>The state of a fault for one connection.</summary>
sealed class LinkState
{
    /// <summary>Texts that the client gets with the next ones from the server.</summary>
    public ConcurrentQueue<string> ForClient { get; } = new();
}

/// <summary>A way to break a promise, in every n-th frame that it applies to.</summary>
abstract class Fault(int every)
{
    int count, done;

    /// <summary>How often it happened.</summary>
    public int Done => done;

    public virtual IEnumerable<string> FromClient(IReadOnlyList<string> texts, LinkState link) => texts;

    public virtual IEnumerable<string> FromServer(IReadOnlyList<string> texts, LinkState link) => texts;

    protected bool Happens()
    {
        if (Interlocked.Increment(ref count) % every != 0) return false;
        Interlocked.Increment(ref done);
        return true;
    }

    protected static bool IsEvent(string text) => text.StartsWith("{\"type\":\"message\"", StringComparison.Ordinal);

    protected static bool IsSend(string text) => text.StartsWith("{\"type\":\"send\"", StringComparison.Ordinal);

    protected static bool IsOk(string text) =>
        text.StartsWith("{\"type\":\"ok\"", StringComparison.Ordinal) && text.Contains("\"duplicate\"", StringComparison.Ordinal);

    protected static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}

/// <summary>Replaces an event on its way to one client.</summary>
sealed class EventFault(int every, Func<string, string[]> replace) : Fault(every)
{
    public override IEnumerable<string> FromServer(IReadOnlyList<string> texts, LinkState link) =>
        texts.SelectMany(text => IsEvent(text) && Happens() ? replace(text) : [text]);
}

/// <summary>Changes the answer to a send.</summary>
sealed class OkFault(int every, Func<JsonObject, bool> fits, Action<JsonObject> change) : Fault(every)
{
    public override IEnumerable<string> FromServer(IReadOnlyList<string> texts, LinkState link)
    {
        foreach (var text in texts)
        {
            if (!IsOk(text) || Json(text) is not { } ok || !fits(ok) || !Happens())
            {
                yield return text;
                continue;
            }
            change(ok);
            yield return ok.ToJsonString();
        }
    }
}

/// <summary>Swaps two successive events for one client.</summary>
sealed class SwapEvents(int every) : Fault(every)
{
    public override IEnumerable<string> FromServer(IReadOnlyList<string> texts, LinkState link)
    {
        var changed = texts.ToArray();
        for (var i = 1; i < changed.Length; i++)
            if (IsEvent(changed[i - 1]) && IsEvent(changed[i]) && Happens())
                (changed[i - 1], changed[i]) = (changed[i], changed[i - 1]);
        return changed;
    }
}

/// <summary>Swaps two successive sends of one client, so that they are stored in the wrong order.</summary>
sealed class SwapSends(int every) : Fault(every)
{
    public override IEnumerable<string> FromClient(IReadOnlyList<string> texts, LinkState link)
    {
        var changed = texts.ToArray();
        for (var i = 1; i < changed.Length; i++)
            if (IsSend(changed[i - 1]) && IsSend(changed[i]) && Happens())
                (changed[i - 1], changed[i]) = (changed[i], changed[i - 1]);
        return changed;
    }
}

/// <summary>Answers a send without storing it.</summary>
sealed class FakeOk(int every) : Fault(every)
{
    long newest;

    public override IEnumerable<string> FromClient(IReadOnlyList<string> texts, LinkState link)
    {
        foreach (var text in texts)
        {
            if (!IsSend(text) || !Happens())
            {
                yield return text;
                continue;
            }
            var seq = Interlocked.Read(ref newest) + 1;
            link.ForClient.Enqueue(string.Create(CultureInfo.InvariantCulture,
                $$"""{"type":"ok","re":{{Json(text)["id"]!.GetValue<long>()}},"seq":{{seq}},"at":"2026-01-01T00:00:00.000Z","duplicate":false}"""));
        }
    }

    public override IEnumerable<string> FromServer(IReadOnlyList<string> texts, LinkState link)
    {
        foreach (var text in texts)
        {
            if (IsEvent(text)) Interlocked.Exchange(ref newest, Json(text)["seq"]!.GetValue<long>());
            yield return text;
        }
        while (link.ForClient.TryDequeue(out var fake)) yield return fake;
    }
}

/// <summary>Stores a send a second time under another key.</summary>
sealed class StoreCopy(int every) : Fault(every)
{
    const string Mark = "0000000";

    public override IEnumerable<string> FromClient(IReadOnlyList<string> texts, LinkState link)
    {
        foreach (var text in texts)
        {
            yield return text;
            if (!IsSend(text) || !Happens()) continue;
            var copy = Json(text);
            copy.Remove("id"); // no client waits for its answer
            copy["key"] = copy["key"]!.GetValue<string>() + Mark;
            yield return copy.ToJsonString();
        }
    }
}
