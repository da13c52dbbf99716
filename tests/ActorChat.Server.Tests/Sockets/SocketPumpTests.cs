using System.Buffers.Binary;
using System.IO.Pipelines;
using ActorChat.Protocol;
using ActorChat.Server.Sockets;
using ActorChat.Server.Sockets.Limits;
using ActorChat.Server.Tests.Processes;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;

namespace ActorChat.Server.Tests.Sockets;

/// <summary>The timeouts of a socket, with a fake clock.</summary>
public sealed class SocketPumpTests : IDisposable
{
    const int TransportBytes = 100; // the transport accepts this much for a client that does not read
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);
    static readonly SocketTimeouts Timeouts = new();
    static readonly byte[] PongFromClient = [0x8A, 0x80, 0, 0, 0, 0];
    static readonly byte[] StartOfFrame = [0x81, 0x85, 0, 0, 0, 0, (byte)'h'];

    readonly FakeTimeProvider time = new();
    readonly Pipe fromClient = new();
    readonly Pipe toClient =
        new(new PipeOptions(pauseWriterThreshold: TransportBytes, resumeWriterThreshold: 1, useSynchronizationContext: false));
    readonly ConnectionStream stream;
    readonly Outbox outbox;
    readonly SocketPump pump;
    bool isAborted;

    public SocketPumpTests()
    {
        outbox = new Outbox(toClient.Writer, new OutboxOptions(), time);
        stream = new ConnectionStream(fromClient.Reader, outbox, time);
        var place = new ConnectionPlace(null, null, null);
        pump = new SocketPump("1", stream, outbox, _ => new object(), 1000, place, time, () => isAborted = true);
    }

    public void Dispose()
    {
        pump.Dispose();
        stream.Dispose();
    }

    void CheckAfter(TimeSpan more)
    {
        time.Advance(more);
        pump.Check(Timeouts);
    }

    // Returns the bytes that the server has written since the last call.
    byte[] Written()
    {
        if (!toClient.Reader.TryRead(out var read)) return [];
        var bytes = System.Buffers.BuffersExtensions.ToArray(read.Buffer);
        toClient.Reader.AdvanceTo(read.Buffer.End);
        return bytes;
    }

    CloseCode Closed()
    {
        var bytes = Written();
        Assert.Equal(0x88, bytes[^(bytes[1] + 2)]);
        return (CloseCode)BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(2));
    }

    [Fact]
    public void A_silent_client_is_pinged_and_then_closed_with_4003()
    {
        CheckAfter(Timeouts.Ping);
        Assert.Empty(Written());
        CheckAfter(Moment);
        Assert.Equal([0x89, 0], Written());
        CheckAfter(Timeouts.Silence - Timeouts.Ping - Moment);
        Assert.Equal([0x89, 0], Written());
        CheckAfter(Moment);
        Assert.Equal(CloseCode.NoHeartbeat, Closed());
    }

    [Fact]
    public async Task A_pong_is_a_sign_of_life()
    {
        var running = pump.RunAsync(ActorRefs.Nobody);
        time.Advance(Timeouts.Silence + Moment);
        await fromClient.Writer.WriteAsync(PongFromClient);
        await Deadline.UntilAsync(() => stream.Silence == TimeSpan.Zero, "The pong was not read.");
        pump.Check(Timeouts);
        Assert.Empty(Written());
        await EndAsync(running);
    }

    [Fact]
    public async Task A_frame_that_does_not_end_in_time_is_closed_with_4413()
    {
        var running = pump.RunAsync(ActorRefs.Nobody);
        await fromClient.Writer.WriteAsync(StartOfFrame);
        var onlyFrames = Timeouts with { Silence = TimeSpan.MaxValue, Ping = TimeSpan.MaxValue };
        await Deadline.UntilAsync(() =>
        {
            time.Advance(Timeouts.Frame + Moment);
            pump.Check(onlyFrames);
            return outbox.IsClosing;
        }, "The server did not close the connection.");
        Assert.Equal(CloseCode.FrameTooLarge, Closed());
        await EndAsync(running);
    }

    [Fact]
    public async Task A_client_that_reads_nothing_is_closed_with_4002()
    {
        pump.Send(new FrameBatch(new byte[TransportBytes], 1));
        CheckAfter(Timeouts.Stall);
        Assert.False(outbox.IsClosing);
        CheckAfter(Moment);
        Assert.True(outbox.IsClosing);
        var taken = new List<byte>();
        await Deadline.UntilAsync(() =>
        {
            taken.AddRange(Written());
            return taken.Count > TransportBytes + 4;
        }, "There is no close frame.");
        Assert.Equal((int)CloseCode.SlowReader, taken[TransportBytes + 2] << 8 | taken[TransportBytes + 3]);
    }

    [Fact]
    public void A_client_that_does_not_answer_the_close_frame_is_aborted()
    {
        pump.Close(CloseCode.GoingAway, "");
        CheckAfter(Timeouts.Close);
        Assert.False(isAborted);
        CheckAfter(Moment);
        Assert.True(isAborted);
    }

    async Task EndAsync(Task running)
    {
        await fromClient.Writer.CompleteAsync();
        await running.WaitAsync(Deadline.Usual);
    }
}
