using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using ActorChat.Protocol;
using ActorChat.Server.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace ActorChat.Server.Tests.Sockets;

public sealed class OutboxTests : IDisposable
{
    // The first frame fills this transport, so all others wait.
    readonly Pipe transport = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
    readonly FakeTimeProvider time = new();
    readonly Outbox outbox;

    public OutboxTests() => outbox = new Outbox(transport.Writer, new OutboxOptions { Frames = 10, Bytes = 1000 }, time);

    public void Dispose() => transport.Writer.Complete();

    static FrameBatch Batch(string text, int frames = 1, bool ephemeral = false) => new(Encoding.UTF8.GetBytes(text), frames, ephemeral);

    async Task<byte[]> ReadAllAsync(Func<byte[], bool> enough)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var all = new ArrayBufferWriter<byte>();
        while (!enough(all.WrittenSpan.ToArray()))
        {
            var result = await transport.Reader.ReadAsync(deadline.Token);
            foreach (var part in result.Buffer) all.Write(part.Span);
            transport.Reader.AdvanceTo(result.Buffer.End);
        }
        return all.WrittenSpan.ToArray();
    }

    async Task<string> ReadUntilAsync(string end)
    {
        var all = await ReadAllAsync(read => Encoding.UTF8.GetString(read).Contains(end, StringComparison.Ordinal));
        return Encoding.UTF8.GetString(all);
    }

    [Fact]
    public async Task Waiting_frames_arrive_in_order_when_the_client_reads_again()
    {
        foreach (var text in new[] { "a", "b", "c", "d" }) outbox.Send(Batch(text));
        outbox.Send(Batch("e"), Batch("f"));
        Assert.Equal("abcdef", await ReadUntilAsync("f"));
    }

    [Promise("P5")]
    [Fact]
    public async Task Over_half_of_the_frame_limit_only_ephemeral_frames_are_dropped()
    {
        outbox.Send(Batch("first "));
        for (var i = 0; i < 5; i++) outbox.Send(Batch($"d{i} "));
        outbox.Send(Batch("kept ", ephemeral: true));
        outbox.Send(Batch("d5 "));
        outbox.Send(Batch("dropped ", ephemeral: true));
        outbox.Send(Batch("last"));
        Assert.Equal("first d0 d1 d2 d3 d4 kept d5 last", await ReadUntilAsync("last"));
        Assert.False(outbox.IsClosing);
    }

    [Promise("P5")]
    [Fact]
    public async Task Over_half_of_the_byte_limit_only_ephemeral_frames_are_dropped()
    {
        outbox.Send(Batch("first "));
        outbox.Send(Batch(new string('x', 501)));
        outbox.Send(Batch("dropped ", ephemeral: true));
        outbox.Send(Batch("last"));
        Assert.Equal($"first {new string('x', 501)}last", await ReadUntilAsync("last"));
    }

    [Promise("P5")]
    [Theory]
    [InlineData(1, 1, 11)] // by frames
    [InlineData(10, 1, 2)] // each frame of a batch counts
    [InlineData(1, 1000, 2)] // by bytes
    public async Task A_full_outbox_drops_its_frames_and_closes_with_4002(int frames, int bytes, int batches)
    {
        outbox.Send(Batch("first"));
        for (var i = 0; i < batches; i++)
        {
            Assert.False(outbox.IsClosing);
            outbox.Send(Batch(new string('x', bytes), frames));
        }
        Assert.True(outbox.IsClosing);
        outbox.Send(Batch("nothing more"));

        var got = await ReadAllAsync(all => all.Length > 9);

        Assert.Equal("first"u8.ToArray(), got[..5]);
        Assert.Equal(0x88, got[5]);
        Assert.Equal((int)CloseCode.SlowReader, got[7] << 8 | got[8]);
        Assert.Equal(got[6], got.Length - 7);
    }

    [Promise("P6")]
    [Fact]
    public async Task A_long_opening_is_written_in_pieces_and_does_not_count_against_the_limit()
    {
        var opening = new string('o', 1_000_000);
        outbox.Send(Batch(opening), Batch("live"));
        outbox.Send(Batch("news"));
        Assert.False(outbox.IsClosing);
        Assert.True(transport.Reader.TryRead(out var written));
        Assert.InRange(written.Buffer.Length, 1, 100_000); // the rest stays in the shared batch and is not copied
        transport.Reader.AdvanceTo(written.Buffer.Start);

        Assert.Equal(opening + "livenews", await ReadUntilAsync("news"));
    }

    [Fact]
    public async Task Stalled_is_the_time_since_the_client_last_took_a_byte()
    {
        Assert.Equal(TimeSpan.Zero, outbox.Stalled);
        outbox.Send(Batch("a"));
        outbox.Send(Batch("b"));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), outbox.Stalled);
        await ReadUntilAsync("b");
        await Processes.Deadline.UntilAsync(() => outbox.Stalled == TimeSpan.Zero, "It still reports that the client does not read.");
    }
}
