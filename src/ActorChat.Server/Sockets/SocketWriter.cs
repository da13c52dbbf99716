using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace ActorChat.Server.Sockets;

/// <summary>
/// The writing half of a connection, straight to its socket. A flush is one system call on the thread that flushes: no pipe, no second
/// thread that empties it, no copy of what is written and flushed at once. TLS and HTTP stand above it and write through it, so a
/// connection has one order of bytes. Only what the network does not take at once is kept, and a flush ends when that is sent, too.
/// </summary>
/// <param name="abort">Called when the connection is found broken.</param>
[SuppressMessage("Naming", "CA1710", Justification = "It is what it is: the base names it.")]
public sealed class SocketWriter(Socket socket, Action abort) : PipeWriter
{
    const int UsualBuffer = 4096;

    // The caller writes and flushes; a rest that is on its way is sent by whatever thread the network wakes.
    readonly Lock gate = new();
    TaskCompletionSource<FlushResult>? caughtUp;
    byte[]? buffer;
    int start, end;
    bool lent, sending, cancelNext, completed, gone;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes
    {
        get
        {
            lock (gate) return end - start;
        }
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        lock (gate)
        {
            if (completed) throw new InvalidOperationException("Nothing can be written behind the end.");
            Reserve(Math.Max(sizeHint, 1));
            lent = true;
            return buffer.AsMemory(end);
        }
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        lock (gate)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(bytes);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, (buffer?.Length ?? 0) - end);
            end += bytes;
            lent = false;
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Task<FlushResult> rest;
        lock (gate)
        {
            if (!sending && TrySend()) return new ValueTask<FlushResult>(Flushed());
            rest = SendRest();
        }
        return new ValueTask<FlushResult>(cancellationToken.CanBeCanceled ? rest.WaitAsync(cancellationToken) : rest);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            if (completed) return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: true));
            if (start == end && !sending)
            {
                source = source[Send(source.Span)..];
                if (gone || source.IsEmpty) return new ValueTask<FlushResult>(Flushed());
            }
            Reserve(source.Length);
            source.Span.CopyTo(buffer.AsSpan(end));
            end += source.Length;
        }
        return FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        lock (gate)
        {
            if (caughtUp is null) cancelNext = true;
            caughtUp?.TrySetResult(new FlushResult(isCanceled: true, isCompleted: gone));
            caughtUp = null;
        }
    }

    /// <summary>Nothing more comes; what was written before is still sent, see <see cref="WhenSentAsync"/>.</summary>
    public override void Complete(Exception? exception = null)
    {
        lock (gate)
        {
            completed = true;
            if (!sending && !TrySend()) SendRest();
        }
    }

    /// <summary>Ends when nothing is left to be sent, or nobody is there to send it to.</summary>
    public Task WhenSentAsync()
    {
        lock (gate) return sending ? SendRest() : Task.CompletedTask;
    }

    FlushResult Flushed()
    {
        var canceled = cancelNext;
        cancelNext = false;
        return new FlushResult(canceled, gone);
    }

    void Reserve(int more)
    {
        if (buffer is null)
        {
            buffer = ArrayPool<byte>.Shared.Rent(Math.Max(more, UsualBuffer));
            start = end = 0;
        }
        if (start == end && !sending) start = end = 0;
        if (buffer.Length - end >= more) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, end + more));
        buffer.AsSpan(start, end - start).CopyTo(larger.AsSpan(start));
        if (!sending) ArrayPool<byte>.Shared.Return(buffer); // else the network still reads from it
        buffer = larger;
    }

    // Whether there is nothing left to send.
    bool TrySend()
    {
        if (start < end) start += Send(buffer.AsSpan(start, end - start));
        if (start < end && !gone) return false;
        GiveBack();
        return true;
    }

    int Send(ReadOnlySpan<byte> bytes)
    {
        if (gone || bytes.IsEmpty) return 0;
        try
        {
            var sent = socket.Send(bytes, SocketFlags.None, out var error);
            if (error is not (SocketError.Success or SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)) Break();
            return error == SocketError.Success ? sent : 0;
        }
        catch (ObjectDisposedException)
        {
            Break();
            return 0;
        }
    }

    Task<FlushResult> SendRest()
    {
        caughtUp ??= new TaskCompletionSource<FlushResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var rest = caughtUp.Task;
        if (sending) return rest;
        sending = true;
        _ = SendRestAsync();
        return rest;
    }

    async Task SendRestAsync()
    {
        while (true)
        {
            Memory<byte> rest;
            lock (gate)
            {
                if (start == end || gone)
                {
                    sending = false;
                    GiveBack();
                    caughtUp?.TrySetResult(Flushed());
                    caughtUp = null;
                    return;
                }
                rest = buffer.AsMemory(start, end - start);
            }
            var sent = 0;
            try
            {
                sent = await socket.SendAsync(rest, SocketFlags.None);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                lock (gate) Break();
            }
            lock (gate) start += sent;
        }
    }

    // The reading half finds out, too; but it may be waiting for what a dead connection never brings.
    void Break()
    {
        if (gone) return;
        gone = true;
        ThreadPool.UnsafeQueueUserWorkItem(static abort => abort(), abort, preferLocal: false);
    }

    // A connection that has nothing to send holds no buffer.
    void GiveBack()
    {
        if (lent || buffer is null) return;
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = null;
        start = end = 0;
    }
}
