using System.IO.Pipelines;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Telemetry;
using ActorChat.Protocol;

namespace ActorChat.Server.Sockets;

/// <summary>
/// The connection as the framework's WebSocket sees it. It reads from the transport; what it writes by itself — pongs, and the close
/// frames with which it answers or protests — goes into the outbox, so that the connection keeps one writer.
/// </summary>
public sealed class ConnectionStream(PipeReader input, Outbox outbox) : Stream
{
    // Clients ping every few seconds.
    const int PingsPerSecond = 50, PingsAtOnce = 1000;

    long heardAt = Environment.TickCount64;
    TokenBucket? pings;

    /// <summary>When the client last sent anything, a pong included; in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long HeardAt => Interlocked.Read(ref heardAt);

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>An empty buffer waits until there is something to read and takes nothing: an idle connection holds no buffer.</summary>
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
            Interlocked.Exchange(ref heardAt, Environment.TickCount64);
            var length = (int)Math.Min(available.Length, buffer.Length);
            var taken = available.Slice(0, length);
            var to = buffer;
            foreach (var part in taken)
            {
                part.CopyTo(to);
                to = to[part.Length..];
            }
            input.AdvanceTo(taken.End); // from here on its segments are somebody else's
            return length;
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        const int OpcodeMask = 0x0F, Close = 0x08;
        if (buffer.IsEmpty) return ValueTask.CompletedTask;
        if ((buffer.Span[0] & OpcodeMask) == Close) outbox.CloseWith(buffer.ToArray());
        else if (IsFlood()) outbox.Close(CloseCode.Flood, "You are flooding.");
        else outbox.Send(new FrameBatch(buffer.ToArray(), 1, Ephemeral: true)); // a pong that finds no room is no loss
        return ValueTask.CompletedTask;
    }

    bool IsFlood()
    {
        pings ??= new TokenBucket(PingsPerSecond, PingsAtOnce);
        if (pings.TryTake(Environment.TickCount64) is null) return false;
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
