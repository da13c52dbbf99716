using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ActorChat.Server.Tests.Browser;

/// <summary>The wire between a page and the server in a test's hands: frames can be read, changed, answered and held back.</summary>
public sealed partial class Line
{
    readonly Lock gate = new();
    readonly List<JsonObject> sent = [];
    readonly List<string> held = [];
    IWebSocketRoute? page;
    Func<JsonObject, bool>? holding;
    int connections;
    volatile bool cut;

    /// <summary>Answers a frame of the page in the server's place; null lets it through.</summary>
    public Func<JsonObject, object?>? Answer { get; set; }

    /// <summary>Changes what the server says before the page hears it.</summary>
    public Action<JsonObject>? Change { get; set; }

    /// <summary>How often the page hears what the server says once: 0 loses it.</summary>
    public Func<JsonObject, int>? Times { get; set; }

    public int Connections => Volatile.Read(ref connections);

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
            _ = opened.CloseAsync(new WebSocketRouteCloseOptions { Code = 4000 });
            return;
        }
        page = opened;
        Interlocked.Increment(ref connections);
        var server = opened.ConnectToServer();
        opened.OnMessage(frame =>
        {
            var json = JsonNode.Parse(frame.Text!)!.AsObject();
            lock (gate) sent.Add(json);
            if (Answer?.Invoke(json) is { } answer) opened.Send(System.Text.Json.JsonSerializer.Serialize(answer));
            else server.Send(frame.Text!);
        });
        server.OnMessage(frame =>
        {
            var json = JsonNode.Parse(frame.Text!)!.AsObject();
            Change?.Invoke(json);
            var text = json.ToJsonString();
            lock (gate)
            {
                if (holding?.Invoke(json) == true)
                {
                    held.Add(text);
                    return;
                }
            }
            for (var times = Times?.Invoke(json) ?? 1; times > 0; times--) opened.Send(text);
        });
    }

    /// <summary>From now on, keeps back what fits: everything, where nothing else is said.</summary>
    public void Hold(Func<JsonObject, bool>? which = null)
    {
        lock (gate) holding = which ?? (_ => true);
    }

    /// <summary>Lets go of what was held, in its order or the last first, and holds nothing more.</summary>
    public void Release(bool lastFirst = false)
    {
        lock (gate)
        {
            holding = null;
            if (lastFirst) held.Reverse();
            foreach (var text in held) page!.Send(text);
            held.Clear();
        }
    }

    /// <summary>Loses what was held, and the line with it, without a word.</summary>
    public void Drop()
    {
        lock (gate)
        {
            holding = null;
            held.Clear();
        }
        _ = page!.CloseAsync(new WebSocketRouteCloseOptions { Code = 4000 });
    }

    /// <summary>The same, and every further try ends likewise.</summary>
    public void Cut()
    {
        cut = true;
        Drop();
    }

    /// <summary>The next try succeeds.</summary>
    public void Mend() => cut = false;

    [GeneratedRegex("/ws$")]
    private static partial Regex SocketAddress();
}
