using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using ActorChat.Actors.Telemetry;
using ActorChat.Protocol;

namespace ActorChat.Server.Sockets;

/// <summary>
/// The one writer of a connection. Frames go straight to the transport while the client reads; while it does not, they wait
/// here as references to buffers that everybody shares. What waits is bounded: over half, frames that a client may miss are dropped;
/// full, the rest is given up and the connection is closed with 4002, since the client can resume by seq.
/// </summary>
public sealed class Outbox(PipeWriter output, OutboxOptions limits)
{
    // What the transport is given at a time, and so what is copied at most for a client that does not read. The opening of a client may
    // have megabytes: it stays one reference to a buffer that is shared where it can be, and goes piece by piece as the client reads.
    // A client that takes a piece within the watch's 30 s, at some 9 kbit/s, is not taken for one that has stalled.
    const int Slice = 32 * 1024;

    readonly Lock gate = new();
    Queue<FrameBatch>? waiting;
    ReadOnlyMemory<byte> rest;
    int waitingFrames, waitingBytes;
    long stalledSince;
    bool flushing, closing, gone;

    /// <summary>Whether a close frame is on its way: nothing more is taken.</summary>
    public bool IsClosing
    {
        get
        {
            lock (gate) return closing;
        }
    }

    public void Send(FrameBatch frames, FrameBatch? then = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        lock (gate)
        {
            Take(frames);
            if (then is not null) Take(then);
            if (!flushing) Flush();
        }
    }

    /// <summary>Closes with a frame behind everything that is here already. The first call counts.</summary>
    public void Close(CloseCode code, string reason) => CloseWith(CloseFrame(code, reason));

    /// <summary>The same with a close frame that is ready.</summary>
    public void CloseWith(ReadOnlyMemory<byte> frame)
    {
        lock (gate)
        {
            Take(new FrameBatch(frame, 1));
            closing = true;
            if (!flushing) Flush();
        }
    }

    /// <summary>Since when the client has taken nothing of what waits for it, by <see cref="Environment.TickCount64"/>; 0 where nothing waits.</summary>
    public long StalledSince
    {
        get
        {
            lock (gate) return flushing ? stalledSince : 0;
        }
    }

    void Take(FrameBatch frames)
    {
        if (closing || frames.Count == 0) return;
        if (!flushing && rest.Length <= Slice)
        {
            if (!rest.IsEmpty) output.Write(rest.Span);
            rest = frames.Bytes;
            return;
        }
        if (frames.Ephemeral && (waitingFrames > limits.Frames / 2 || waitingBytes > limits.Bytes / 2))
        {
            ChatMetrics.OutboxDrops.Add(frames.Count);
            return;
        }
        waiting ??= new Queue<FrameBatch>();
        if (waitingFrames >= limits.Frames || waitingBytes >= limits.Bytes)
        {
            ChatMetrics.SlowReaders.Add(1);
            waiting.Clear();
            waiting.Enqueue(new FrameBatch(CloseFrame(CloseCode.SlowReader, "You are not reading."), 1));
            closing = true;
            return;
        }
        waiting.Enqueue(frames);
        waitingFrames += frames.Count;
        waitingBytes += frames.Bytes.Length;
    }

    // Hands over what comes next, as much as makes a good write; false where nothing waits. What goes alone is not copied on the way.
    bool WriteNext(out ValueTask<FlushResult> flush)
    {
        flush = default;
        if (rest.IsEmpty && !TakeNext()) return false;
        var room = Slice;
        while (rest.Length <= room && waiting is { Count: > 0 })
        {
            output.Write(rest.Span);
            room -= rest.Length;
            TakeNext();
        }
        var now = rest[..Math.Min(rest.Length, room)];
        rest = rest[now.Length..];
        flush = output.WriteAsync(now);
        return true;
    }

    bool TakeNext()
    {
        if (waiting is null || !waiting.TryDequeue(out var frames)) return false;
        waitingFrames -= frames.Count;
        waitingBytes -= frames.Bytes.Length;
        rest = frames.Bytes;
        return true;
    }

    void Flush()
    {
        while (!gone && WriteNext(out var flush))
        {
            if (!flush.IsCompletedSuccessfully)
            {
                (flushing, stalledSince) = (true, Environment.TickCount64);
                _ = FlushOnAsync(flush);
                return;
            }
            if (flush.Result.IsCompleted) GiveUp();
        }
    }

    // Runs while the transport is full; then what has come meanwhile goes in one write.
    async Task FlushOnAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            while (true)
            {
                var result = await flush;
                lock (gate)
                {
                    if (result.IsCompleted || result.IsCanceled) GiveUp();
                    if (gone || !WriteNext(out flush))
                    {
                        flushing = false;
                        return;
                    }
                    stalledSince = Environment.TickCount64;
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The connection broke; the reading side sees it, too, and ends the session.
            lock (gate)
            {
                GiveUp();
                flushing = false;
            }
        }
    }

    void GiveUp() => (closing, gone, waiting, rest) = (true, true, null, default);

    static byte[] CloseFrame(CloseCode code, string reason)
    {
        // A control frame has 125 bytes at most; the reasons are ours and short.
        Span<byte> frame = stackalloc byte[127];
        var length = Encoding.UTF8.GetBytes(reason, frame[4..]);
        frame[0] = 0x88;
        frame[1] = (byte)(2 + length);
        BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)code);
        return frame[..(4 + length)].ToArray();
    }
}

