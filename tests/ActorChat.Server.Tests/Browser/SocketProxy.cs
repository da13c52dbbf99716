using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ActorChat.Domain;
using Microsoft.Playwright;

namespace ActorChat.Server.Tests.Browser;

/// <summary>A proxy between the socket of a page and the server: tests can read, change, answer and hold back frames.</summary>
public sealed partial class SocketProxy
{
    readonly Lock gate = new();
    readonly List<JsonObject> sent = [];
    readonly List<string> held = [], received = [];
    IWebSocketRoute? page, frozen;
    Func<JsonObject, bool>? holding;
    int connections, refused;
    volatile bool cut;

    /// <summary>Answers a frame of the page instead of the server; null passes it on.</summary>
    public Func<JsonObject, object?>? Answer { get; set; }

    /// <summary>Changes a frame of the server before the page receives it.</summary>
    public Action<JsonObject>? Change { get; set; }

    public int Connections => Volatile.Read(ref connections);

    /// <summary>The number of connection attempts that were refused.</summary>
    public int Refused => Volatile.Read(ref refused);

    /// <summary>All frames that the page has sent.</summary>
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

    /// <summary>The number of frames of a type that the page has received.</summary>
    public int CountReceived(string type)
    {
        lock (gate) return received.Count(t => t == type);
    }

    public IEnumerable<JsonObject> SentOf(string type) => Sent.Where(frame => (string?)frame["type"] == type);

    public Task AttachAsync(IBrowserContext context)
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
            if (IsFrozen(opened)) return;
            var json = JsonNode.Parse(frame.Text!)!.AsObject();
            lock (gate) sent.Add(json);
            if (Answer?.Invoke(json) is { } answer) opened.Send(System.Text.Json.JsonSerializer.Serialize(answer));
            else server.Send(frame.Text!);
        });
        server.OnMessage(frame =>
        {
            if (IsFrozen(opened)) return;
            var json = JsonNode.Parse(frame.Text!)!.AsObject();
            Change?.Invoke(json);
            // A replay is a list of the same events.
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
            lock (gate) received.Add((string?)json["type"] ?? "");
        });
    }

    /// <summary>From now on holds back the matching frames of the server; by default all.</summary>
    public void Hold(Func<JsonObject, bool>? which = null)
    {
        lock (gate) holding = which ?? (_ => true);
    }

    /// <summary>Sends the held frames in their order and stops holding.</summary>
    public void Release()
    {
        lock (gate)
        {
            holding = null;
            foreach (var text in held) page!.Send(text);
            held.Clear();
        }
    }

    /// <summary>Sends the oldest held frame and continues holding; false if there is none.</summary>
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

    /// <summary>Sends frames to the page that do not come from the server.</summary>
    public void SendToPage(params string[] frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        foreach (var frame in frames) page!.Send(frame);
    }

    /// <summary>
    /// Drops all further frames of the current connection in both directions without closing it, as a dead network does. New connections
    /// work.
    /// </summary>
    public void FreezeConnection()
    {
        lock (gate) frozen = page;
    }

    /// <summary>Discards the held frames and closes the connection with a code.</summary>
    public void Drop(int code = 4000)
    {
        lock (gate)
        {
            holding = null;
            held.Clear();
        }
        _ = page!.CloseAsync(new WebSocketRouteCloseOptions { Code = code });
    }

    /// <summary>Closes the connection and refuses every further one.</summary>
    public void Disconnect()
    {
        cut = true;
        Drop();
    }

    /// <summary>Accepts connections again.</summary>
    public void AllowReconnect() => cut = false;

    bool IsFrozen(IWebSocketRoute connection)
    {
        lock (gate) return ReferenceEquals(frozen, connection);
    }

    [GeneratedRegex("/ws$")]
    private static partial Regex SocketAddress();
}
