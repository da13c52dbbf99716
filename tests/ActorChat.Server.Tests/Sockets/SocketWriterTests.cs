using System.Buffers;
using System.Net;
using System.Net.Sockets;
using ActorChat.Server.Sockets;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Sockets;

public sealed class SocketWriterTests : IDisposable
{
    const int Large = 300_000; // more bytes than the buffers of both sockets hold

    readonly Socket server, client = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8192 };
    readonly SocketWriter writer;
    volatile bool aborted;

    public SocketWriterTests()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        client.Connect(listener.LocalEndPoint!);
        server = listener.Accept();
        server.SendBufferSize = 8192;
        server.Blocking = false;
        writer = new SocketWriter(server, () => aborted = true);
    }

    static byte[] Bytes(int count, int seed = 0) => [.. Enumerable.Range(seed, count).Select(n => (byte)(n * 31 >> 3))];

    async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await using var stream = new NetworkStream(client);
        await stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(Deadline.Usual);
        return bytes;
    }

    [Fact]
    public async Task Written_parts_are_sent_in_order_by_one_flush()
    {
        writer.Write(Bytes(10));
        Assert.True(writer.WriteAsync(Bytes(5000, seed: 10)).AsTask().IsCompletedSuccessfully);
        Assert.Equal(Bytes(5010), await ReadAsync(5010));
    }

    [Fact]
    public async Task A_flush_completes_when_a_slow_client_has_read_everything()
    {
        var flush = writer.WriteAsync(Bytes(Large)).AsTask();
        Assert.False(flush.IsCompleted);
        Assert.Equal(Bytes(Large), await ReadAsync(Large));
        Assert.False((await flush.WaitAsync(Deadline.Usual)).IsCompleted);
        Assert.True(writer.WriteAsync(Bytes(3)).AsTask().IsCompletedSuccessfully);
        Assert.Equal(Bytes(3), await ReadAsync(3));
    }

    [Fact]
    public async Task Bytes_written_during_a_pending_flush_follow_its_bytes()
    {
        var flush = writer.WriteAsync(Bytes(Large)).AsTask();
        writer.Write(Bytes(Large, seed: Large));
        var next = writer.WriteAsync(Bytes(7, seed: 2 * Large)).AsTask();
        Assert.Equal(Bytes(2 * Large + 7), await ReadAsync(2 * Large + 7));
        await Task.WhenAll(flush, next).WaitAsync(Deadline.Usual);
    }

    [Fact]
    public async Task A_cancelled_flush_completes_and_its_bytes_are_still_sent()
    {
        var flush = writer.WriteAsync(Bytes(Large)).AsTask();
        writer.CancelPendingFlush();
        Assert.True((await flush.WaitAsync(Deadline.Usual)).IsCanceled);
        Assert.Equal(Bytes(Large), await ReadAsync(Large));
    }

    [Fact]
    public async Task Bytes_written_before_completion_are_still_sent()
    {
        writer.Write(Bytes(Large));
        writer.Complete();
        var sent = writer.WhenSentAsync();
        Assert.False(sent.IsCompleted);
        Assert.Equal(Bytes(Large), await ReadAsync(Large));
        await sent.WaitAsync(Deadline.Usual);
        Assert.Throws<InvalidOperationException>(() => writer.GetMemory());
        Assert.True((await writer.WriteAsync(Bytes(1))).IsCompleted);
        Assert.Equal(0, client.Available);
    }

    [Fact]
    public async Task A_broken_connection_completes_a_pending_flush_and_is_aborted()
    {
        var flush = writer.WriteAsync(Bytes(Large)).AsTask();
        client.LingerState = new LingerOption(true, 0);
        client.Close();
        Assert.True((await flush.WaitAsync(Deadline.Usual)).IsCompleted);
        Assert.True((await writer.WriteAsync(Bytes(1))).IsCompleted);
        await Deadline.UntilAsync(() => aborted, "The connection was not aborted.");
    }

    public void Dispose()
    {
        server.Dispose();
        client.Dispose();
    }
}
