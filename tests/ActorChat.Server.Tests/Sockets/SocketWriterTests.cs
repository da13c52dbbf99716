using System.Buffers;
using System.Net;
using System.Net.Sockets;
using ActorChat.Server.Sockets;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Sockets;

public sealed class SocketWriterTests : IDisposable
{
    const int More = 300_000; // than the buffers of the two sockets take

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
    public async Task What_is_written_in_parts_and_flushed_is_sent_at_once_and_in_order()
    {
        writer.Write(Bytes(10));
        Assert.True(writer.WriteAsync(Bytes(5000, seed: 10)).AsTask().IsCompletedSuccessfully);
        Assert.Equal(Bytes(5010), await ReadAsync(5010));
    }

    [Fact]
    public async Task A_flush_ends_when_a_slow_client_has_taken_everything()
    {
        var flush = writer.WriteAsync(Bytes(More)).AsTask();
        Assert.False(flush.IsCompleted);
        Assert.Equal(Bytes(More), await ReadAsync(More));
        Assert.False((await flush.WaitAsync(Deadline.Usual)).IsCompleted);
        Assert.True(writer.WriteAsync(Bytes(3)).AsTask().IsCompletedSuccessfully);
        Assert.Equal(Bytes(3), await ReadAsync(3));
    }

    [Fact]
    public async Task What_is_written_while_a_rest_is_on_its_way_comes_behind_it()
    {
        var flush = writer.WriteAsync(Bytes(More)).AsTask();
        writer.Write(Bytes(More, seed: More));
        var next = writer.WriteAsync(Bytes(7, seed: 2 * More)).AsTask();
        Assert.Equal(Bytes(2 * More + 7), await ReadAsync(2 * More + 7));
        await Task.WhenAll(flush, next).WaitAsync(Deadline.Usual);
    }

    [Fact]
    public async Task A_flush_that_is_cancelled_ends_and_its_bytes_go_on()
    {
        var flush = writer.WriteAsync(Bytes(More)).AsTask();
        writer.CancelPendingFlush();
        Assert.True((await flush.WaitAsync(Deadline.Usual)).IsCanceled);
        Assert.Equal(Bytes(More), await ReadAsync(More));
    }

    [Fact]
    public async Task What_was_written_before_the_end_is_still_sent()
    {
        writer.Write(Bytes(More));
        writer.Complete();
        var sent = writer.WhenSentAsync();
        Assert.False(sent.IsCompleted);
        Assert.Equal(Bytes(More), await ReadAsync(More));
        await sent.WaitAsync(Deadline.Usual);
        Assert.Throws<InvalidOperationException>(() => writer.GetMemory());
        Assert.True((await writer.WriteAsync(Bytes(1))).IsCompleted);
        Assert.Equal(0, client.Available);
    }

    [Fact]
    public async Task A_broken_connection_ends_what_waits_and_is_cut()
    {
        var flush = writer.WriteAsync(Bytes(More)).AsTask();
        client.LingerState = new LingerOption(true, 0);
        client.Close();
        Assert.True((await flush.WaitAsync(Deadline.Usual)).IsCompleted);
        Assert.True((await writer.WriteAsync(Bytes(1))).IsCompleted);
        await Deadline.UntilAsync(() => aborted, "the connection was not cut");
    }

    public void Dispose()
    {
        server.Dispose();
        client.Dispose();
    }
}
