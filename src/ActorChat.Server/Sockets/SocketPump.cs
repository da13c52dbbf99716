using System.Buffers;
using System.Net.WebSockets;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Telemetry;
using ActorChat.Protocol;
using ActorChat.Server.Sockets.Limits;
using Akka.Actor;

namespace ActorChat.Server.Sockets;

/// <summary>
/// One connected socket, the first and last stop of a message. It reads whole frames under the size limit, decodes them and sends them to
/// the session. What the session sends goes into the <see cref="Outbox"/>.
/// While the session has too many frames to handle, the pump stops reading, and TCP slows the client down.
/// </summary>
sealed class SocketPump : IClientSocket, IDisposable
{
    // Frames that the session has not handled yet.
    const int Window = 64;

    // A chat line fits; a longer frame moves to a larger buffer.
    const int UsualFrame = 2048;

    static readonly FrameBatch Ping = new(new byte[] { 0x89, 0 }, 1, Ephemeral: true);

    readonly ConnectionStream stream;
    readonly Outbox outbox;
    readonly WebSocket socket;
    readonly Func<ReadOnlyMemory<byte>, object> decode;
    readonly int frameLimit;
    readonly ConnectionPlace place;
    readonly TimeProvider time;
    readonly Action abort;
    TaskCompletionSource? capacity;
    int unhandled;
    long frameSince, closingSince; // timestamps; 0 is never

    /// <param name="id">The name of the session, also for logs.</param>
    /// <param name="decode">Makes a message for the session from a frame. It must not throw.</param>
    /// <param name="place">The connection's place under the limits; the caller frees it.</param>
    /// <param name="abort">Ends the connection without a close frame.</param>
    public SocketPump(
        string id, ConnectionStream stream, Outbox outbox, Func<ReadOnlyMemory<byte>, object> decode, int frameLimit, ConnectionPlace place,
        TimeProvider time, Action abort)
    {
        Id = id;
        this.stream = stream;
        this.outbox = outbox;
        this.decode = decode;
        this.frameLimit = frameLimit;
        this.place = place;
        this.time = time;
        this.abort = abort;
        // The framework reads masks, fragments, UTF-8, control frames and the closing handshake. SocketMonitor sends the pings.
        socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
    }

    public string Id { get; }

    public void Send(FrameBatch frames, FrameBatch? then = null) => outbox.Send(frames, then);

    public void Close(CloseCode code, string reason)
    {
        StartClosing();
        outbox.Close(code, reason);
        ReadOn(); // a closing session handles nothing more, but what the client has sent must be read up to its close frame
    }

    public void SaidHello() => place.SaidHello();

    public void FrameHandled()
    {
        if (Interlocked.Decrement(ref unhandled) < Window) ReadOn();
    }

    void StartClosing() => Interlocked.CompareExchange(ref closingSince, time.GetTimestamp(), 0);

    void ReadOn() => Interlocked.Exchange(ref capacity, null)?.TrySetResult();

    /// <summary>Reads until the client or the session closes, or the connection breaks.</summary>
    public async Task RunAsync(IActorRef session)
    {
        try
        {
            while (true)
            {
                // An empty buffer: a chat connection is idle most of the time and must not hold one.
                var received = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close || !await ReceiveAsync(received, session)) break;
                if (Interlocked.Increment(ref unhandled) >= Window) await WaitForCapacityAsync();
            }
        }
        catch (WebSocketException)
        {
            // The client broke the protocol; the framework has answered with the right close code.
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The connection broke.
        }
        finally
        {
            outbox.Close(CloseCode.Normal, ""); // answers the client's close frame; does nothing if we closed first
            session.Tell(SocketClosed.Instance, ActorRefs.NoSender);
        }
    }

    // Reads the frame that has begun; false at the end of the connection.
    async ValueTask<bool> ReceiveAsync(ValueWebSocketReceiveResult received, IActorRef session)
    {
        Interlocked.Exchange(ref frameSince, time.GetTimestamp());
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

    // The client may have sent more before it saw our close frame. Reads and drops it until the client closes as well, or Check aborts.
    async Task<bool> DiscardAsync(byte[] buffer)
    {
        Interlocked.Exchange(ref frameSince, 0);
        StartClosing();
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

    async Task WaitForCapacityAsync()
    {
        var wait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref capacity, wait);
        if (Volatile.Read(ref unhandled) >= Window && !outbox.IsClosing) await wait.Task;
    }

    /// <summary>Pings a silent client, and closes or aborts one that is over a timeout.</summary>
    public void Check(SocketTimeouts timeouts)
    {
        var silence = stream.Silence;
        if (IsOver(ref closingSince, timeouts.Close)) abort();
        else if (Interlocked.Read(ref closingSince) != 0) return;
        else if (outbox.IsClosing) StartClosing();
        else if (IsOver(ref frameSince, timeouts.Frame)) Close(CloseCode.FrameTooLarge, "The frame did not come to its end in time.");
        else if (outbox.Stalled > timeouts.Stall) CloseSlowReader();
        else if (silence > timeouts.Silence) Close(CloseCode.NoHeartbeat, "Nothing was heard.");
        else if (silence > timeouts.Ping) outbox.Send(Ping);
    }

    bool IsOver(ref long since, TimeSpan timeout) =>
        Interlocked.Read(ref since) is not 0 and var start && time.GetElapsedTime(start) > timeout;

    void CloseSlowReader()
    {
        ChatMetrics.SlowReaders.Add(1);
        Close(CloseCode.SlowReader, "You are not reading.");
    }

    public void Dispose() => socket.Dispose();
}
