using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using ActorChat.Actors.Telemetry;
using ActorChat.Protocol;

namespace ActorChat.Server.Sockets;

/// <summary>
/// The one writer of a connection. Frames go straight into the transport's pipe while the client reads; while it does not, they wait
/// here as references to buffers that everybody shares. What waits is bounded: over half, frames that a client may miss are dropped;
/// full, the rest is given up and the connection is closed with 4002, since the client can resume by seq.
/// </summary>
public sealed class Outbox(PipeWriter output, OutboxLimits limits)
{
    readonly Lock gate = new();
    Queue<FrameBatch>? waiting;
    int waitingFrames, waitingBytes;
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

    void Take(FrameBatch frames)
    {
        if (closing || frames.Count == 0) return;
        if (!flushing)
        {
            output.Write(frames.Bytes.Span);
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

    void Flush()
    {
        if (gone) return;
        var flush = output.FlushAsync();
        if (flush.IsCompletedSuccessfully)
        {
            if (flush.Result.IsCompleted) (closing, gone) = (true, true);
            return;
        }
        flushing = true;
        _ = FlushOnAsync(flush);
    }

    // Runs while the transport is full; then everything that has come meanwhile goes in one write.
    async Task FlushOnAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            while (true)
            {
                var result = await flush;
                lock (gate)
                {
                    if (result.IsCompleted || result.IsCanceled) (closing, gone, waiting) = (true, true, null);
                    if (waiting is null || waiting.Count == 0)
                    {
                        flushing = false;
                        return;
                    }
                    while (waiting.TryDequeue(out var frames)) output.Write(frames.Bytes.Span);
                    waitingFrames = waitingBytes = 0;
                    flush = output.FlushAsync();
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The connection broke; the reading side sees it, too, and ends the session.
            lock (gate) (closing, gone, flushing, waiting) = (true, true, false, null);
        }
    }

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

/// <summary>What may wait for one client that does not read.</summary>
public sealed record OutboxLimits(int Frames = 512, int Bytes = 1 << 20);
