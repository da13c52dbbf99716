using System.Text;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Sockets;

/// <summary>Invalid WebSocket frames after a valid hello.</summary>
[Collection(SharedServerTests.Name)]
public sealed class FrameTests(SharedServer shared)
{
    const int FrameLimit = 65_536;

    readonly ServerProcess server = shared.Server;

    static byte[] Plain => """{"type":"heartbeat","id":1}"""u8.ToArray();

    public static TheoryData<string, byte[], int> Wrong => new()
    {
        { "binary", RawSocket.FrameOf(RawSocket.Binary, Plain), 1003 },
        { "binary and empty", RawSocket.FrameOf(RawSocket.Binary, []), 1003 },
        { "not masked", RawSocket.FrameOf(RawSocket.Text, Plain, masked: false), 1002 },
        { "reserved bit 1", RawSocket.FrameOf(RawSocket.Text, Plain, reserved: 0x40), 1002 },
        { "reserved bit 2", RawSocket.FrameOf(RawSocket.Text, Plain, reserved: 0x20), 1002 },
        { "reserved bit 3", RawSocket.FrameOf(RawSocket.Text, Plain, reserved: 0x10), 1002 },
        { "an unknown data opcode", RawSocket.FrameOf(3, Plain), 1002 },
        { "an unknown control opcode", RawSocket.FrameOf(11, []), 1002 },
        { "a ping of 126 bytes", RawSocket.FrameOf(RawSocket.Ping, new byte[126]), 1002 },
        { "a ping in fragments", RawSocket.FrameOf(RawSocket.Ping, [1], last: false), 1002 },
        { "a continuation without a start", RawSocket.FrameOf(RawSocket.Continuation, Plain), 1002 },
        { "a new message inside another", [.. Start(Plain[..5]), .. RawSocket.FrameOf(RawSocket.Text, Plain)], 1002 },
        { "invalid UTF-8", RawSocket.FrameOf(RawSocket.Text, [0x22, 0xc3, 0x28, 0x22]), 1007 },
        { "a surrogate in UTF-8", RawSocket.FrameOf(RawSocket.Text, [0x22, 0xed, 0xa0, 0x80, 0x22]), 1007 },
        { "an overlong encoding", RawSocket.FrameOf(RawSocket.Text, [0x22, 0xc0, 0xaf, 0x22]), 1007 },
        { "half a character at the end", RawSocket.FrameOf(RawSocket.Text, [0x22, 0xe6, 0xbc]), 1007 },
        { "invalid UTF-8 over two fragments", [.. Start([0x22, 0xe6]), .. RawSocket.FrameOf(RawSocket.Continuation, [0x28, 0x22])], 1007 },
    };

    static byte[] Start(byte[] payload) => RawSocket.FrameOf(RawSocket.Text, payload, last: false);

    [Promise("P12")]
    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task An_invalid_frame_closes_the_connection_with_its_code(string what, byte[] frame, int code)
    {
        await AssertClosedAsync(server, what, frame, code);
        await shared.AssertUndisturbedAsync();
    }

    internal static async Task AssertClosedAsync(ServerProcess server, string what, byte[] frame, int code)
    {
        await using var raw = await RawSocket.JoinedAsync(server);
        await raw.SendBytesAsync(frame);
        Assert.Equal((what, code), (what, (await raw.ReadCloseAsync()).Code));
    }

    static byte[] Padded(int length) => Encoding.UTF8.GetBytes("""{"type":"heartbeat","id":1}""".PadRight(length));

    [Fact]
    public async Task A_frame_at_the_limit_is_accepted()
    {
        await using var raw = await RawSocket.JoinedAsync(server);
        await raw.SendFrameAsync(RawSocket.Text, Padded(FrameLimit));
        Frame reply;
        do reply = await raw.ReadTextAsync();
        while (reply.Type != "ok");
        Assert.Equal(1, reply["re"].GetInt32());
    }

    [Promise("P12")]
    [Theory]
    [InlineData(FrameLimit + 1)]
    [InlineData(1 << 20)]
    public async Task A_frame_over_the_limit_closes_the_connection_with_4413(int length)
    {
        await using var raw = await RawSocket.JoinedAsync(server);
        await raw.SendFrameAsync(RawSocket.Text, Padded(length));
        Assert.Contains((await raw.ReadCloseAsync()).Code, new int?[] { 4413, 1009 });
        await shared.AssertUndisturbedAsync();
    }

    [Promise("P12")]
    [Fact]
    public async Task Fragments_over_the_limit_in_total_close_the_connection_with_4413()
    {
        await using var raw = await RawSocket.JoinedAsync(server);
        await raw.SendFrameAsync(RawSocket.Text, Padded(40_000), last: false);
        await raw.SendFrameAsync(RawSocket.Continuation, Padded(40_000), last: false);
        Assert.Contains((await raw.ReadCloseAsync()).Code, new int?[] { 4413, 1009 });
    }

    [Promise("P12")]
    [Fact]
    public async Task A_frame_with_a_huge_declared_length_is_closed_in_bounded_time()
    {
        await using var raw = await RawSocket.JoinedAsync(server);
        await raw.SendBytesAsync(RawSocket.FrameOf(RawSocket.Text, "{"u8.ToArray(), declared: 1UL << 62));
        Assert.Contains((await raw.ReadCloseAsync()).Code, new int?[] { 4413, 1009, 1002 });
        await shared.AssertUndisturbedAsync();
    }

    [Promise("P12")]
    [Fact]
    public async Task Three_fragments_split_inside_a_character_around_a_ping_are_one_message()
    {
        await using var raw = await RawSocket.JoinedAsync(server);
        var text = SendOf(ChatClient.NewKey(), "ein 漢 Zeichen");
        var cut = text.AsSpan().IndexOf("漢"u8) + 1;

        await raw.SendFrameAsync(RawSocket.Text, text[..cut], last: false);
        await raw.SendFrameAsync(RawSocket.Ping, "between"u8.ToArray());
        await raw.SendFrameAsync(RawSocket.Continuation, text[cut..(cut + 1)], last: false);
        await raw.SendFrameAsync(RawSocket.Continuation, text[(cut + 1)..]);

        var (pong, seen) = (false, false);
        while (!pong || !seen)
        {
            var (opcode, payload) = await raw.ReadFrameAsync();
            pong |= opcode == RawSocket.Pong && payload.AsSpan().SequenceEqual("between"u8);
            seen |= opcode == RawSocket.Text && new Frame(payload).TextOf("text") == "ein 漢 Zeichen";
        }
    }

    static byte[] SendOf(string key, string text) =>
        Encoding.UTF8.GetBytes($$"""{"type":"send","id":5,"conversation":"default","key":"{{key}}","text":"{{text}}"}""");

    [Promise("P12")]
    [Fact]
    public async Task A_hundred_thousand_fragments_of_one_byte_are_closed_in_bounded_time()
    {
        await using var raw = await RawSocket.JoinedAsync(server);
        var one = RawSocket.FrameOf(RawSocket.Continuation, " "u8.ToArray(), last: false);
        var many = Enumerable.Repeat(one, 100_000).SelectMany(f => f).ToArray();
        await raw.SendBytesAsync(RawSocket.FrameOf(RawSocket.Text, " "u8.ToArray(), last: false));

        var sending = raw.SendBytesAsync(many);

        var closed = await raw.ReadCloseAsync();
        Assert.Contains(closed.Code, new int?[] { 4413, 1009, null });
        await sending.ContinueWith(_ => { }, TaskScheduler.Default); // the server may reset the connection before the end
        await shared.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task Ten_thousand_pings_without_reading_the_pongs_disturb_nobody()
    {
        await using var raw = await RawSocket.JoinedAsync(server, receiveBuffer: 4096);
        var pings = Enumerable.Repeat(RawSocket.FrameOf(RawSocket.Ping, new byte[100]), 10_000).SelectMany(f => f).ToArray();
        await raw.SendBytesAsync(pings);
        await shared.AssertUndisturbedAsync();
    }

    [Promise("P12")]
    [Theory]
    [InlineData(new byte[] { 0x03, 0xe8 }, 1000)]
    [InlineData(new byte[] { }, 1000)]
    [InlineData(new byte[] { 0x03 }, 1002)]
    [InlineData(new byte[] { 0x03, 0xed }, 1002)] // 1005 must not be sent
    [InlineData(new byte[] { 0x00, 0x01 }, 1002)]
    public async Task Even_an_invalid_close_frame_is_answered(byte[] payload, int expected)
    {
        await using var raw = await RawSocket.JoinedAsync(server);
        await raw.SendFrameAsync(RawSocket.CloseOpcode, payload);
        Assert.Contains((await raw.ReadCloseAsync()).Code, new int?[] { expected, 1005 });
        await shared.AssertUndisturbedAsync();
    }

    [Promise("P12")]
    [Fact]
    public async Task Data_after_a_close_frame_is_ignored()
    {
        await using var watcher = await ChatClient.JoinAsync(server);
        await using var raw = await RawSocket.JoinedAsync(server);
        var key = ChatClient.NewKey();
        var close = RawSocket.FrameOf(RawSocket.CloseOpcode, [0x03, 0xe8]);
        await raw.SendBytesAsync((byte[])[.. close, .. RawSocket.FrameOf(RawSocket.Text, SendOf(key, "too late"))]);
        await raw.ReadCloseAsync();
        await shared.AssertUndisturbedAsync();
        await watcher.SaidAsync("afterwards");
        Assert.DoesNotContain(watcher.Events, e => e.TextOf("key") == key);
    }

    [Fact]
    public async Task A_flood_before_hello_leaves_no_connection_behind()
    {
        await using var own = await ServerProcess.StartAsync(("Limits__ConnectionsPerAddress", "1"));
        await using (var raw = await RawSocket.UpgradedAsync(own))
        {
            var early = RawSocket.FrameOf(RawSocket.Text, Plain);
            await raw.SendBytesAsync(Enumerable.Repeat(early, 1000).SelectMany(f => f).ToArray());
            Assert.Equal(4400, (await raw.ReadCloseAsync()).Code);
            await ChatClient.UntilAcceptedAsync(own); // while this client does not answer the close frame
        }
        await ChatClient.UntilAcceptedAsync(own);
        var exit = await own.StopAsync();
        Assert.Equal(0, exit.Code);
        Assert.DoesNotContain(ServerProcess.Undrained, own.Log, StringComparison.Ordinal); // no session delayed the shutdown
    }
}
