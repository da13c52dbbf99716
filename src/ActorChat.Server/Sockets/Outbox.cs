using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using ActorChat.Actors.Telemetry;
using ActorChat.Protocol;

namespace ActorChat.Server.Sockets;

/// <summary>
/// The only writer of a connection. While the client reads, frames go straight to the transport. While it does not, they wait here as
/// references to buffers that all sessions share. The queue is bounded: when it is half full, ephemeral frames are dropped; when it is
/// full, everything in it is dropped and the connection is closed with 4002, since the client can resume by seq.
/// </summary>
sealed class Outbox(PipeWriter output, OutboxOptions limits, TimeProvider time)
{
    // The transport gets at most so much at a time, so no more is copied for a client that does not read. The first frames of a client can
    // be megabytes: they stay one reference to a shared buffer and go out piece by piece as the client reads.
    // A client has not stalled if it takes one piece in 30 s (SocketTimeouts.Stall), which is about 9 kbit/s.
    const int Slice = 32 * 1024;

    readonly Lock gate = new();
    Queue<FrameBatch>? waiting;
    ReadOnlyMemory<byte> rest;
    int waitingFrames, waitingBytes;
    long stalledSince; // only while flushing
    bool flushing, closing, gone;

    /// <summary>Whether a close frame is queued or sent. Everything after it is ignored.</summary>
    public bool IsClosing
    {
        get
        {
            lock (gate) return closing;
        }
    }

    public void Send(FrameBatch frames, FrameBatch? then = null)
    {
        lock (gate)
        {
            Take(frames);
            if (then is not null) Take(then);
            if (!flushing) Flush();
        }
    }

    /// <summary>Sends a close frame after everything that is queued. Only the first call has an effect.</summary>
    public void Close(CloseCode code, string reason) => CloseWith(CloseFrame(code, reason));

    /// <summary>The same with a close frame that is already encoded.</summary>
    public void CloseWith(ReadOnlyMemory<byte> frame)
    {
        lock (gate)
        {
            Take(new FrameBatch(frame, 1));
            closing = true;
            if (!flushing) Flush();
        }
    }

    /// <summary>How long the client has taken nothing of its queued frames; zero if nothing is queued.</summary>
    public TimeSpan Stalled
    {
        get
        {
            lock (gate) return flushing ? time.GetElapsedTime(stalledSince) : TimeSpan.Zero;
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

    // Writes the next frames, as many as make a good write; false if nothing waits. A buffer that goes alone is not copied.
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
                (flushing, stalledSince) = (true, time.GetTimestamp());
                _ = FlushOnAsync(flush);
                return;
            }
            if (flush.Result.IsCompleted) GiveUp();
        }
    }

    // Runs while the transport is full. Frames that came meanwhile go out in one write.
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
                    stalledSince = time.GetTimestamp();
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The connection broke. The reader notices it as well and ends the session.
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
        // A control frame has at most 125 bytes of payload; all our reasons are shorter.
        Span<byte> frame = stackalloc byte[127];
        var length = Encoding.UTF8.GetBytes(reason, frame[4..]);
        frame[0] = 0x88;
        frame[1] = (byte)(2 + length);
        BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)code);
        return frame[..(4 + length)].ToArray();
    }
}

