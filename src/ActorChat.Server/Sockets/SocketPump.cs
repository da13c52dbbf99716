using System.Buffers;
using System.Net.WebSockets;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Telemetry;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Server.Sockets;

/// <summary>
/// The first and the last stop of a message's trip: one connected socket. Reads whole frames under the limit, decodes them and tells
/// them to the session; what the session sends goes into the <see cref="Outbox"/>.
/// With too many frames that the session has not dealt with, it reads no further, and the client's own network slows it down.
/// </summary>
public sealed class SocketPump : IClientSocket, IDisposable
{
    // Frames told to the session and not dealt with.
    const int Window = 64;

    // What a chat line needs; a longer frame moves to a larger buffer.
    const int UsualFrame = 2048;

    readonly ConnectionStream stream;
    readonly Outbox outbox;
    readonly WebSocket socket;
    readonly Func<ReadOnlyMemory<byte>, object> decode;
    readonly int frameLimit;
    readonly ConnectionPlace place;
    readonly Action abort;
    TaskCompletionSource? room;
    int unhandled;
    long frameSince, closingSince;

    /// <param name="id">For logs, and the session's name.</param>
    /// <param name="decode">Makes a message for the session out of a frame; must not throw.</param>
    /// <param name="place">Where this connection is counted; the caller gives it back.</param>
    /// <param name="abort">Cuts the connection at once.</param>
    public SocketPump(string id, ConnectionStream stream, Outbox outbox, Func<ReadOnlyMemory<byte>, object> decode, int frameLimit, ConnectionPlace place, Action abort)
    {
        Id = id;
        this.stream = stream;
        this.outbox = outbox;
        this.decode = decode;
        this.frameLimit = frameLimit;
        this.place = place;
        this.abort = abort;
        // The framework reads: masks, fragments, UTF-8, control frames, the closing handshake. Pings are the watch's.
        socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
    }

    public string Id { get; }

    public void Send(FrameBatch frames, FrameBatch? then = null) => outbox.Send(frames, then);

    public void Close(CloseCode code, string reason)
    {
        Interlocked.CompareExchange(ref closingSince, Environment.TickCount64, 0);
        outbox.Close(code, reason);
        ReadOn(); // a session that closes deals with nothing more; what is still on its way has to be read away
    }

    public void SaidHello() => place.SaidHello();

    public void FrameHandled()
    {
        if (Interlocked.Decrement(ref unhandled) < Window) ReadOn();
    }

    void ReadOn() => Interlocked.Exchange(ref room, null)?.TrySetResult();

    /// <summary>Reads until the client or the session closes, or the connection breaks.</summary>
    public async Task RunAsync(IActorRef session)
    {
        try
        {
            while (true)
            {
                // Waits without a buffer; a chat connection is idle nearly always.
                var received = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close || !await ReceiveAsync(received, session)) break;
                if (Interlocked.Increment(ref unhandled) >= Window) await RoomAsync();
            }
        }
        catch (WebSocketException)
        {
            // A frame that is against the protocol; the framework has answered with the close code that belongs to it.
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The connection broke.
        }
        finally
        {
            outbox.Close(CloseCode.Normal, ""); // the answer to the client's own close; nothing where one is on its way
            session.Tell(SocketClosed.Instance, ActorRefs.NoSender);
        }
    }

    // Reads the frame that has begun; false at the end of the connection.
    async ValueTask<bool> ReceiveAsync(ValueWebSocketReceiveResult received, IActorRef session)
    {
        Interlocked.Exchange(ref frameSince, Environment.TickCount64);
        var buffer = ArrayPool<byte>.Shared.Rent(UsualFrame);
        try
        {
            var length = 0;
            while (!received.EndOfMessage)
            {
                if (length == buffer.Length) buffer = Larger(buffer);
                received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                length += received.Count;
                if (received.MessageType == WebSocketMessageType.Close) return false;
                if (length <= frameLimit) continue;
                Close(CloseCode.FrameTooLarge, $"A frame has {frameLimit} bytes at most.");
                return await DiscardAsync(buffer);
            }
            Interlocked.Exchange(ref frameSince, 0);
            if (received.MessageType == WebSocketMessageType.Binary) Close(CloseCode.UnsupportedData, "Frames are text.");
            if (outbox.IsClosing) return await DiscardAsync(buffer);
            session.Tell(decode(buffer.AsMemory(0, length)), ActorRefs.NoSender);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // After our close frame the client may have sent more; it is read and thrown away until the client closes, too, or the watch cuts it off.
    async Task<bool> DiscardAsync(byte[] buffer)
    {
        Interlocked.Exchange(ref frameSince, 0);
        Interlocked.CompareExchange(ref closingSince, Environment.TickCount64, 0);
        ValueWebSocketReceiveResult received;
        do received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
        while (received.MessageType != WebSocketMessageType.Close);
        return false;
    }

    byte[] Larger(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 4, frameLimit + 1));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    async Task RoomAsync()
    {
        var wait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref room, wait);
        if (Volatile.Read(ref unhandled) >= Window && !outbox.IsClosing) await wait.Task;
    }

    /// <summary>Called now and then: asks a silent client for a sign of life, and cuts off one that gives none or does not close.</summary>
    public void Watch(long now, SocketTimes times)
    {
        ArgumentNullException.ThrowIfNull(times);
        var closing = Interlocked.Read(ref closingSince);
        if (closing != 0)
        {
            if (now - closing > times.CloseMs) abort();
        }
        else if (outbox.IsClosing)
        {
            Interlocked.CompareExchange(ref closingSince, now, 0);
        }
        else if (Interlocked.Read(ref frameSince) is > 0 and var since && now - since > times.FrameMs)
        {
            Close(CloseCode.FrameTooLarge, "The frame did not come to its end in time.");
        }
        else if (outbox.StalledSince is > 0 and var stalled && now - stalled > times.StallMs)
        {
            ChatMetrics.SlowReaders.Add(1);
            Close(CloseCode.SlowReader, "You are not reading.");
        }
        else if (now - stream.HeardAt > times.GiveUpMs)
        {
            Close(CloseCode.NoHeartbeat, "Nothing was heard.");
        }
        else if (now - stream.HeardAt > times.PingMs)
        {
            outbox.Send(Ping);
        }
    }

    static readonly FrameBatch Ping = new(new byte[] { 0x89, 0 }, 1, Ephemeral: true);

    public void Dispose() => socket.Dispose();
}

/// <param name="PingMs">Silence of a client after which it is pinged, at every turn of the watch.</param>
/// <param name="GiveUpMs">Silence after which it is closed with 4003.</param>
/// <param name="FrameMs">From a frame's first byte to its last.</param>
/// <param name="StallMs">For how long a client may take nothing of what waits for it.</param>
/// <param name="CloseMs">From our close frame to the client's; then the connection is cut.</param>
public sealed record SocketTimes(long PingMs = 30_000, long GiveUpMs = 75_000, long FrameMs = 6_000, long StallMs = 30_000, long CloseMs = 5_000);
