using System.Text;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Sockets;

/// <summary>Connections that end in the middle, say too much that is no message, or go on after they have said goodbye.</summary>
[Collection(SharedServerTests.Name)]
public sealed class ConnectionTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    static byte[] SendOf(string key, string text) =>
        Encoding.UTF8.GetBytes($$"""{"type":"send","id":5,"conversation":"default","key":"{{key}}","text":"{{text}}"}""");

    static byte[] Many(int count, byte[] frame) => [.. Enumerable.Repeat(frame, count).SelectMany(f => f)];

    public static TheoryData<string, byte[]> Halves => new()
    {
        { "before any byte", [] },
        { "inside a header", RawSocket.FrameOf(RawSocket.Text, "{}"u8.ToArray())[..1] },
        { "inside the mask", RawSocket.FrameOf(RawSocket.Text, "{}"u8.ToArray())[..4] },
        { "inside a message", RawSocket.FrameOf(RawSocket.Text, SendOf("0123456789abcdef", "never whole"))[..40] },
        { "between two fragments", RawSocket.FrameOf(RawSocket.Text, "{"u8.ToArray(), last: false) },
        { "inside a long frame", RawSocket.FrameOf(RawSocket.Text, new byte[60_000])[..30_000] },
        { "inside a close", RawSocket.FrameOf(RawSocket.CloseOpcode, [0x03, 0xe8])[..7] },
    };

    [Promise("P12")]
    [Theory]
    [MemberData(nameof(Halves))]
    public Task A_connection_that_is_reset_in_the_middle_is_forgotten(string where, byte[] half) => shared.AssertUndisturbedByAsync(async () =>
    {
        Assert.NotEmpty(where);
        await using var raw = await RawSocket.JoinedAsync(server);
        if (half.Length > 0) await raw.SendBytesAsync(half);
        raw.Reset();
    });

    [Promise("P12")]
    [Theory]
    [MemberData(nameof(Halves))]
    public Task A_connection_that_ends_its_sending_in_the_middle_is_closed(string where, byte[] half) => shared.AssertUndisturbedByAsync(async () =>
    {
        Assert.NotEmpty(where);
        await using var raw = await RawSocket.JoinedAsync(server);
        if (half.Length > 0) await raw.SendBytesAsync(half);
        raw.EndSending();
        await raw.ReadToEndAsync(); // ends, since the server closes
    });

    [Fact]
    public Task What_was_sent_whole_before_the_sending_ended_is_said() => shared.AssertUndisturbedByAsync(async () =>
    {
        await using var watcher = await ChatClient.JoinAsync(server);
        await using var raw = await RawSocket.JoinedAsync(server);
        var key = ChatClient.NewKey();
        await raw.SendBytesAsync(RawSocket.FrameOf(RawSocket.Text, SendOf(key, "last words")));
        raw.EndSending();
        await watcher.ExpectAsync(f => f.Type == "message" && f.TextOf("key") == key);
    });

    [Promise("P12")]
    [Fact]
    public Task A_flood_of_pings_is_closed_whether_its_pongs_are_read_or_not() => shared.AssertUndisturbedByAsync(async () =>
    {
        var pings = Many(20_000, RawSocket.FrameOf(RawSocket.Ping, "are you there?"u8.ToArray()));
        await using var reading = await RawSocket.JoinedAsync(server);
        await using var deaf = await RawSocket.JoinedAsync(server, receiveBuffer: 4096);
        var sending = Task.WhenAll(reading.SendBytesAsync(pings), deaf.SendBytesAsync(pings));

        var closed = await reading.ReadCloseAsync();

        Assert.Contains(closed.Code, new int?[] { 4029, null }); // where more comes after it is cut, the code may be lost
        await sending.ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Contains((await deaf.ReadCloseAsync(TimeSpan.FromSeconds(30))).Code, new int?[] { 4029, null });
    });

    [Fact]
    public Task Pings_at_a_measured_pace_are_answered_with_what_they_hold() => shared.AssertUndisturbedByAsync(async () =>
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

    public static TheoryData<string, byte[]> Noise => new()
    {
        { "pongs that nobody asked for", Many(50_000, RawSocket.FrameOf(RawSocket.Pong, "hello"u8.ToArray())) },
        { "a message in fifty thousand empty fragments", [.. RawSocket.FrameOf(RawSocket.Text, [], last: false), .. Many(50_000, RawSocket.FrameOf(RawSocket.Continuation, [], last: false))] },
        { "twenty thousand requests behind a goodbye", [.. RawSocket.FrameOf(RawSocket.CloseOpcode, [0x03, 0xe8]), .. Many(20_000, RawSocket.FrameOf(RawSocket.Text, "{}"u8.ToArray()))] },
        { "ten thousand goodbyes", Many(10_000, RawSocket.FrameOf(RawSocket.CloseOpcode, [0x03, 0xe8])) },
    };

    [Theory]
    [MemberData(nameof(Noise))]
    public Task Noise_disturbs_nobody(string what, byte[] noise) => shared.AssertUndisturbedByAsync(async () =>
    {
        Assert.NotEmpty(what);
        await using var raw = await RawSocket.JoinedAsync(server);
        var sending = raw.SendBytesAsync(noise);
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(10)));
        await shared.AssertUndisturbedAsync(); // while it is still there
        raw.Reset();
        await sending.ContinueWith(_ => { }, TaskScheduler.Default);
    });

    [Promise("P12")]
    [Theory]
    [InlineData(new byte[] { 0x03 }, 1002)] // a code has two bytes
    [InlineData(new byte[] { 0x03, 0xe8, 0xff, 0xfe }, 1007)] // the reason is no UTF-8
    [InlineData(new byte[] { 0x03, 0xee }, 1002)] // 1006
    [InlineData(new byte[] { 0x03, 0xf7 }, 1002)] // 1015
    [InlineData(new byte[] { 0x0b, 0xb8 }, 3000)] // a library's own
    [InlineData(new byte[] { 0x0f, 0xa1 }, 4001)]
    [InlineData(new byte[] { 0xff, 0xff }, 1002)]
    public Task A_goodbye_of_any_kind_ends_the_connection(byte[] payload, int expected) => shared.AssertUndisturbedByAsync(async () =>
    {
        await using var raw = await RawSocket.JoinedAsync(server);
        await raw.SendFrameAsync(RawSocket.CloseOpcode, payload);
        Assert.Contains((await raw.ReadCloseAsync()).Code, new int?[] { expected, 1000, 1002, 1005 });
        await raw.ReadToEndAsync();
    });

    [Fact]
    public Task A_goodbye_longer_than_a_control_frame_may_be_is_a_fault() => shared.AssertUndisturbedByAsync(async () =>
    {
        await using var raw = await RawSocket.JoinedAsync(server);
        await raw.SendFrameAsync(RawSocket.CloseOpcode, [0x03, 0xe8, .. new byte[124]]);
        Assert.Equal(1002, (await raw.ReadCloseAsync()).Code);
    });
}
