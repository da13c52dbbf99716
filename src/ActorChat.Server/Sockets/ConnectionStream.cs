using System.IO.Pipelines;
using ActorChat.Actors.Telemetry;
using ActorChat.Protocol;
using ActorChat.Server.Sockets.Limits;

namespace ActorChat.Server.Sockets;

/// <summary>
/// The connection as the framework's WebSocket sees it. It reads from the transport. The framework writes pongs and close frames; they go
/// into the outbox, so that the connection has one writer.
/// </summary>
sealed class ConnectionStream(PipeReader input, Outbox outbox, TimeProvider time) : Stream
{
    // A client pings every few seconds; more than this is an attack.
    const int PingsPerSecond = 50, PingsAtOnce = 1000;

    long receivedAt = time.GetTimestamp();
    RefillingBucket? pings;

    /// <summary>How long the client has sent nothing, not even a pong.</summary>
    public TimeSpan Silence => time.GetElapsedTime(Interlocked.Read(ref receivedAt));

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>With an empty buffer it waits for something to read and takes nothing, so an idle connection holds no buffer.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (!input.TryRead(out var result)) result = await input.ReadAsync(cancellationToken);
            var available = result.Buffer;
            if (available.IsEmpty && !result.IsCompleted)
            {
                input.AdvanceTo(available.Start);
                continue;
            }
            Interlocked.Exchange(ref receivedAt, time.GetTimestamp());
            var length = (int)Math.Min(available.Length, buffer.Length);
            var taken = available.Slice(0, length);
            var to = buffer;
            foreach (var part in taken)
            {
                part.CopyTo(to);
                to = to[part.Length..];
            }
            input.AdvanceTo(taken.End); // gives the segments back; nothing may read them from here on
            return length;
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        const int OpcodeMask = 0x0F, Close = 0x08;
        if (buffer.IsEmpty) return ValueTask.CompletedTask;
        if ((buffer.Span[0] & OpcodeMask) == Close) outbox.CloseWith(buffer.ToArray());
        else if (IsFlood()) outbox.Close(CloseCode.Flood, "You are flooding.");
        else outbox.Send(new FrameBatch(buffer.ToArray(), 1, Ephemeral: true)); // a full outbox may drop a pong
        return ValueTask.CompletedTask;
    }

    bool IsFlood()
    {
        pings ??= new RefillingBucket(PingsPerSecond, PingsAtOnce);
        if (pings.AttemptAcquire().IsAcquired) return false;
        if (!outbox.IsClosing) ChatMetrics.Floods.Add(1);
        return true;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
