using System.Text;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Sockets;

/// <summary>Connections that end inside a frame, flood the server with control frames, or send data after their close frame.</summary>
[Collection(SharedServerTests.Name)]
public sealed class ConnectionTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    static byte[] SendOf(string key, string text) =>
        Encoding.UTF8.GetBytes($$"""{"type":"send","id":5,"conversation":"default","key":"{{key}}","text":"{{text}}"}""");

    static byte[] Many(int count, byte[] frame) => [.. Enumerable.Repeat(frame, count).SelectMany(f => f)];

    public static TheoryData<string, byte[]> IncompleteFrames => new()
    {
        { "before any byte", [] },
        { "inside a header", RawSocket.FrameOf(RawSocket.Text, "{}"u8.ToArray())[..1] },
        { "inside the mask", RawSocket.FrameOf(RawSocket.Text, "{}"u8.ToArray())[..4] },
        { "inside a message", RawSocket.FrameOf(RawSocket.Text, SendOf("0123456789abcdef", "incomplete"))[..40] },
        { "between two fragments", RawSocket.FrameOf(RawSocket.Text, "{"u8.ToArray(), last: false) },
        { "inside a long frame", RawSocket.FrameOf(RawSocket.Text, new byte[60_000])[..30_000] },
        { "inside a close", RawSocket.FrameOf(RawSocket.CloseOpcode, [0x03, 0xe8])[..7] },
    };

    [Promise("P12")]
    [Theory]
    [MemberData(nameof(IncompleteFrames))]
    public Task A_connection_that_is_reset_inside_a_frame_disturbs_nobody(string where, byte[] bytes) =>
        shared.AssertUndisturbedByAsync(async () =>
        {
            Assert.NotEmpty(where);
            await using var raw = await RawSocket.JoinedAsync(server);
            if (bytes.Length > 0) await raw.SendBytesAsync(bytes);
            raw.Reset();
        });

    [Promise("P12")]
    [Theory]
    [MemberData(nameof(IncompleteFrames))]
    public Task A_client_that_stops_sending_inside_a_frame_is_closed(string where, byte[] bytes) =>
        shared.AssertUndisturbedByAsync(async () =>
        {
            Assert.NotEmpty(where);
            await using var raw = await RawSocket.JoinedAsync(server);
            if (bytes.Length > 0) await raw.SendBytesAsync(bytes);
            raw.EndSending();
            await raw.ReadToEndAsync(); // returns when the server closes
        });

    [Fact]
    public Task A_message_that_is_complete_when_the_client_stops_sending_is_posted() => shared.AssertUndisturbedByAsync(async () =>
    {
        await using var watcher = await ChatClient.JoinAsync(server);
        await using var raw = await RawSocket.JoinedAsync(server);
        var key = ChatClient.NewKey();
        await raw.SendBytesAsync(RawSocket.FrameOf(RawSocket.Text, SendOf(key, "the last message")));
        raw.EndSending();
        await watcher.ExpectAsync(f => f.Type == "message" && f.TextOf("key") == key);
    });

    [Promise("P12")]
    [Fact]
    public Task A_flood_of_pings_is_closed_even_if_the_client_does_not_read_the_pongs() => shared.AssertUndisturbedByAsync(async () =>
    {
        var pings = Many(20_000, RawSocket.FrameOf(RawSocket.Ping, "are you there?"u8.ToArray()));
        await using var reading = await RawSocket.JoinedAsync(server);
        await using var notReading = await RawSocket.JoinedAsync(server, receiveBuffer: 4096);
        var sending = Task.WhenAll(reading.SendBytesAsync(pings), notReading.SendBytesAsync(pings));

        var closed = await reading.ReadCloseAsync();

        Assert.Contains(closed.Code, new int?[] { 4029, null }); // unread pings may reset the connection and lose the code
        await sending.ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Contains((await notReading.ReadCloseAsync(TimeSpan.FromSeconds(30))).Code, new int?[] { 4029, null });
    });

    [Fact]
    public Task A_ping_is_answered_with_its_payload() => shared.AssertUndisturbedByAsync(async () =>
    {
        await using var raw = await RawSocket.JoinedAsync(server);
        for (var i = 0; i < 20; i++)
        {
            await raw.SendFrameAsync(RawSocket.Ping, [(byte)i, .. new byte[124]]);
            (int Opcode, byte[] Payload) frame;
            do frame = await raw.ReadFrameAsync();
            while (frame.Opcode != RawSocket.Pong);
            Assert.Equal((125, i), (frame.Payload.Length, frame.Payload[0]));
        }
    });

    static readonly byte[] NormalClose = RawSocket.FrameOf(RawSocket.CloseOpcode, [0x03, 0xe8]);
    static readonly byte[] EmptyStart = RawSocket.FrameOf(RawSocket.Text, [], last: false);
    static readonly byte[] EmptyContinuation = RawSocket.FrameOf(RawSocket.Continuation, [], last: false);

    public static TheoryData<string, byte[]> Noise => new()
    {
        { "50,000 unsolicited pongs", Many(50_000, RawSocket.FrameOf(RawSocket.Pong, "hello"u8.ToArray())) },
        { "a message of 50,000 empty fragments", [.. EmptyStart, .. Many(50_000, EmptyContinuation)] },
        { "20,000 requests after a close", [.. NormalClose, .. Many(20_000, RawSocket.FrameOf(RawSocket.Text, "{}"u8.ToArray()))] },
        { "10,000 close frames", Many(10_000, NormalClose) },
    };

    [Theory]
    [MemberData(nameof(Noise))]
    public Task Useless_frames_disturb_nobody(string what, byte[] noise) => shared.AssertUndisturbedByAsync(async () =>
    {
        Assert.NotEmpty(what);
        await using var raw = await RawSocket.JoinedAsync(server);
        var sending = raw.SendBytesAsync(noise);
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(10)));
        await shared.AssertUndisturbedAsync(); // while the connection is still open
        raw.Reset();
        await sending.ContinueWith(_ => { }, TaskScheduler.Default);
    });

    [Promise("P12")]
    [Theory]
    [InlineData(new byte[] { 0x03 }, 1002)] // a code has two bytes
    [InlineData(new byte[] { 0x03, 0xe8, 0xff, 0xfe }, 1007)] // the reason is not UTF-8
    [InlineData(new byte[] { 0x03, 0xee }, 1002)] // 1006
    [InlineData(new byte[] { 0x03, 0xf7 }, 1002)] // 1015
    [InlineData(new byte[] { 0x0b, 0xb8 }, 3000)] // a code for libraries
    [InlineData(new byte[] { 0x0f, 0xa1 }, 4001)]
    [InlineData(new byte[] { 0xff, 0xff }, 1002)]
    public Task Any_close_frame_ends_the_connection(byte[] payload, int expected) => shared.AssertUndisturbedByAsync(async () =>
    {
        await using var raw = await RawSocket.JoinedAsync(server);
        await raw.SendFrameAsync(RawSocket.CloseOpcode, payload);
        Assert.Contains((await raw.ReadCloseAsync()).Code, new int?[] { expected, 1000, 1002, 1005 });
        await raw.ReadToEndAsync();
    });

    [Fact]
    public Task A_close_frame_over_the_length_of_a_control_frame_is_a_protocol_error() => shared.AssertUndisturbedByAsync(async () =>
    {
        await using var raw = await RawSocket.JoinedAsync(server);
        await raw.SendFrameAsync(RawSocket.CloseOpcode, [0x03, 0xe8, .. new byte[124]]);
        Assert.Equal(1002, (await raw.ReadCloseAsync()).Code);
    });
}
