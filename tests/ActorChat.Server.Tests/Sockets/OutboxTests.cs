using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using ActorChat.Protocol;
using ActorChat.Server.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace ActorChat.Server.Tests.Sockets;

public sealed class OutboxTests : IDisposable
{
    // A transport that is full at once, so that everything but the first frame waits.
    readonly Pipe transport = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
    readonly FakeTimeProvider time = new();
    readonly Outbox outbox;

    public OutboxTests() => outbox = new Outbox(transport.Writer, new OutboxOptions { Frames = 10, Bytes = 1000 }, time);

    public void Dispose() => transport.Writer.Complete();

    static FrameBatch Batch(string text, int frames = 1, bool ephemeral = false) => new(Encoding.UTF8.GetBytes(text), frames, ephemeral);

    // What the client gets when it begins to read, until nothing more comes.
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

    async Task<string> ReadUntilAsync(string end) => Encoding.UTF8.GetString(await ReadAllAsync(all => Encoding.UTF8.GetString(all).Contains(end, StringComparison.Ordinal)));

    [Fact]
    public async Task What_waited_comes_in_its_order_when_the_client_reads_on()
    {
        foreach (var text in new[] { "a", "b", "c", "d" }) outbox.Send(Batch(text));
        outbox.Send(Batch("e"), Batch("f"));
        Assert.Equal("abcdef", await ReadUntilAsync("f"));
    }

    [Promise("P5")]
    [Fact]
    public async Task Over_half_of_its_frames_what_a_client_may_miss_is_dropped_and_nothing_else()
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
    public async Task Over_half_of_its_bytes_the_same()
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
    [InlineData(10, 1, 2)] // a batch of many frames counts as many
    [InlineData(1, 1000, 2)] // by bytes
    public async Task Full_it_gives_up_what_waits_and_closes_4002(int frames, int bytes, int batches)
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
    public async Task A_long_opening_is_handed_over_piece_by_piece_and_does_not_count_as_what_waits()
    {
        var opening = new string('o', 1_000_000);
        outbox.Send(Batch(opening), Batch("live"));
        outbox.Send(Batch("news"));
        Assert.False(outbox.IsClosing);
        Assert.True(transport.Reader.TryRead(out var handed));
        Assert.InRange(handed.Buffer.Length, 1, 100_000); // the rest is a reference, whoever does not read
        transport.Reader.AdvanceTo(handed.Buffer.Start);

        Assert.Equal(opening + "livenews", await ReadUntilAsync("news"));
    }

    [Fact]
    public async Task It_knows_how_long_the_client_has_taken_nothing()
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
