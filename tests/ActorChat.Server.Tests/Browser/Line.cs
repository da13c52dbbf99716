using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ActorChat.Domain;
using Microsoft.Playwright;

namespace ActorChat.Server.Tests.Browser;

/// <summary>The wire between a page and the server in a test's hands: frames can be read, changed, answered and held back.</summary>
public sealed partial class Line
{
    readonly Lock gate = new();
    readonly List<JsonObject> sent = [];
    readonly List<string> held = [], told = [];
    IWebSocketRoute? page, stuck;
    Func<JsonObject, bool>? holding;
    int connections, refused;
    volatile bool cut;

    /// <summary>Answers a frame of the page in the server's place; null lets it through.</summary>
    public Func<JsonObject, object?>? Answer { get; set; }

    /// <summary>Changes what the server says before the page hears it.</summary>
    public Action<JsonObject>? Change { get; set; }

    public int Connections => Volatile.Read(ref connections);

    /// <summary>Tries that found the line cut.</summary>
    public int Refused => Volatile.Read(ref refused);

    /// <summary>What the page has sent so far.</summary>
    public IReadOnlyList<JsonObject> Sent
    {
        get
        {
            lock (gate) return [.. sent];
        }
    }

    public int Held
    {
        get
        {
            lock (gate) return held.Count;
        }
    }

    /// <summary>How many frames of a type the server has sent to the page so far.</summary>
    public int Told(string type)
    {
        lock (gate) return told.Count(t => t == type);
    }

    public IEnumerable<JsonObject> SentOf(string type) => Sent.Where(frame => (string?)frame["type"] == type);

    public Task TapAsync(IBrowserContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.RouteWebSocketAsync(SocketAddress(), Open);
    }

    void Open(IWebSocketRoute opened)
    {
        if (cut)
        {
            Interlocked.Increment(ref refused);
            _ = opened.CloseAsync(new WebSocketRouteCloseOptions { Code = 4000 });
            return;
        }
        page = opened;
        Interlocked.Increment(ref connections);
        var server = opened.ConnectToServer();
        opened.OnMessage(frame =>
        {
            if (IsStuck(opened)) return;
            var json = JsonNode.Parse(frame.Text!)!.AsObject();
            lock (gate) sent.Add(json);
            if (Answer?.Invoke(json) is { } answer) opened.Send(System.Text.Json.JsonSerializer.Serialize(answer));
            else server.Send(frame.Text!);
        });
        server.OnMessage(frame =>
        {
            if (IsStuck(opened)) return;
            var json = JsonNode.Parse(frame.Text!)!.AsObject();
            Change?.Invoke(json);
            // What was missed comes as a list of the same events.
            if (json["events"] is JsonArray events) foreach (var one in events) Change?.Invoke(one!.AsObject());
            var text = json.ToJsonString();
            lock (gate)
            {
                if (holding?.Invoke(json) == true)
                {
                    held.Add(text);
                    return;
                }
            }
            opened.Send(text);
            lock (gate) told.Add((string?)json["type"] ?? "");
        });
    }

    /// <summary>From now on, keeps back what fits: everything, where nothing else is said.</summary>
    public void Hold(Func<JsonObject, bool>? which = null)
    {
        lock (gate) holding = which ?? (_ => true);
    }

    /// <summary>Lets go of what was held, in its order or the last first, and holds nothing more.</summary>
    public void Release()
    {
        lock (gate)
        {
            holding = null;
            foreach (var text in held) page!.Send(text);
            held.Clear();
        }
    }

    /// <summary>Lets go of the one that was held longest, and goes on holding; false where there is none.</summary>
    public bool ReleaseNext()
    {
        lock (gate)
        {
            if (held.Count == 0) return false;
            page!.Send(held[0]);
            held.RemoveAt(0);
            return true;
        }
    }

    /// <summary>Says something to the page that the server did not say.</summary>
    public void Tell(params string[] frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        foreach (var frame in frames) page!.Send(frame);
    }

    /// <summary>From now on nothing passes on the present connection, either way, and nobody is told: what a dead network looks like. New connections live.</summary>
    public void Deaden()
    {
        lock (gate) stuck = page;
    }

    /// <summary>Loses what was held, and the line with it; the page is told with a code.</summary>
    public void Drop(int code = 4000)
    {
        lock (gate)
        {
            holding = null;
            held.Clear();
        }
        _ = page!.CloseAsync(new WebSocketRouteCloseOptions { Code = code });
    }

    /// <summary>The same, and every further try ends likewise.</summary>
    public void Cut()
    {
        cut = true;
        Drop();
    }

    /// <summary>The next try finds a line again.</summary>
    public void Mend() => cut = false;

    bool IsStuck(IWebSocketRoute connection)
    {
        lock (gate) return ReferenceEquals(stuck, connection);
    }

    [GeneratedRegex("/ws$")]
    private static partial Regex SocketAddress();
}
