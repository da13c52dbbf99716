using System.Text;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Sockets;

/// <summary>Requests that no browser makes, sent by hand: each is refused or closed, none is answered twice or with a stack trace.</summary>
[Collection(SharedServerTests.Name)]
public sealed class HttpTests(SharedServer shared)
{
    const string Upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    const string V1 = Upgrade + "Sec-WebSocket-Protocol: actorchat.v1\r\n";

    // What a request that was smuggled inside another would be answered with.
    const string Smuggled = "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n";

    public static TheoryData<string, string> Refused => new()
    {
        { "no host", "GET /ws HTTP/1.1\r\n" + V1 + "\r\n" },
        { "two hosts", "GET /ws HTTP/1.1\r\nHost: x\r\nHost: y\r\n" + V1 + "\r\n" },
        { "a host that is none", "GET /ws HTTP/1.1\r\nHost: a b/c\r\n" + V1 + "\r\n" },
        { "no version", "GET /ws\r\n\r\n" },
        { "a version of the future", "GET /ws HTTP/9.9\r\nHost: x\r\n\r\n" },
        { "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
        { "a handshake of TLS", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003" + new string('\0', 512) },
        { "an upgrade in HTTP/1.0", "GET /ws HTTP/1.0\r\nHost: x\r\n" + V1 + "\r\n" },
        { "an upgrade with a body", "GET /ws HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n" + V1 + "\r\nhello" },
        { "an upgrade with a body in chunks", "GET /ws HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + V1 + "\r\n5\r\nhello\r\n0\r\n\r\n" },
        { "a space before the colon", "GET /ws HTTP/1.1\r\nHost : x\r\n" + V1 + "\r\n" },
        { "a folded header", "GET /ws HTTP/1.1\r\nHost: x\r\nX-Folded: a\r\n b\r\n" + V1 + "\r\n" },
        { "a zero byte in a header", "GET /ws HTTP/1.1\r\nHost: x\r\nX-Zero: a\0b\r\n" + V1 + "\r\n" },
        { "a zero byte in the path", "GET /ws\0 HTTP/1.1\r\nHost: x\r\n" + V1 + "\r\n" },
        { "a header without a name", "GET /ws HTTP/1.1\r\nHost: x\r\n: x\r\n" + V1 + "\r\n" },
        { "a header without a colon", "GET /ws HTTP/1.1\r\nHost: x\r\nnonsense\r\n" + V1 + "\r\n" },
        { "a header that is no UTF-8", "GET /ws HTTP/1.1\r\nHost: x\r\nX-Name: J\u00fcrgen\r\n" + V1 + "\r\n" },
        { "a header of 40 kB", "GET /ws HTTP/1.1\r\nHost: x\r\nX-Long: " + new string('x', 40_000) + "\r\n" + V1 + "\r\n" },
        { "two hundred headers", "GET /ws HTTP/1.1\r\nHost: x\r\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: y\r\n")) + V1 + "\r\n" },
        { "ten thousand parameters", "GET /ws?username=" + string.Join('&', Enumerable.Range(0, 10_000).Select(i => $"a{i}=b")) + " HTTP/1.1\r\nHost: x\r\n" + Upgrade + "\r\n" },
        { "a path of 9 kB", "GET /" + new string('x', 9000) + " HTTP/1.1\r\nHost: x\r\n\r\n" },
        { "a bad escape in the path", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n" },
        { "an escaped zero in the path", "GET /%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" },
        { "all of the server", "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" },
        { "a tunnel", "CONNECT example.org:80 HTTP/1.1\r\nHost: example.org:80\r\nConnection: close\r\n\r\n" },
        { "an echo", "TRACE /ws HTTP/1.1\r\nHost: x\r\nX-Secret: s\r\nConnection: close\r\n\r\n" },
        { "a length and chunks", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Smuggled },
        { "two lengths", $"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: {Smuggled.Length}\r\n\r\n" + Smuggled },
        { "two lengths in one", $"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0, {Smuggled.Length}\r\n\r\n" + Smuggled },
        { "a negative length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n" + Smuggled },
        { "a length with a sign", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +0\r\n\r\n" + Smuggled },
        { "a length of 2^62", $"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {1UL << 62}\r\n\r\n" + Smuggled },
        { "chunks by another name", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + Smuggled },
        { "chunks twice", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + Smuggled },
        { "a chunk of nonsense", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n" + Smuggled },
        { "a chunk of 2^64", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n" + Smuggled },
        { "a body that does not come", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nx" },
        { "a key twice", "GET /ws HTTP/1.1\r\nHost: x\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + V1 + "\r\n" },
        { "a version twice", "GET /ws HTTP/1.1\r\nHost: x\r\nSec-WebSocket-Version: 13\r\n" + V1 + "\r\n" },
        { "an upgrade twice", "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\n" + V1 + "\r\n" },
        { "an origin twice", "GET /ws HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nOrigin: http://x\r\n" + V1 + "\r\n" },
    };

    [Promise("P12")]
    [Theory]
    [MemberData(nameof(Refused))]
    public Task A_request_that_nobody_should_make_is_refused_once_and_tells_nothing(string what, string request) =>
        shared.AssertUndisturbedByAsync(() => AssertRefusedAsync(shared.Server, what, request));

    internal static async Task AssertRefusedAsync(ServerProcess server, string what, string request)
    {
        await using var raw = await RawSocket.ConnectAsync(server);
        await raw.SendBytesAsync(Encoding.Latin1.GetBytes(request));
        raw.EndSending();

        var answer = await raw.ReadToEndAsync();

        Assert.DoesNotContain("HTTP/1.1 101", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1 2", answer, StringComparison.Ordinal);
        // A no in the frames of HTTP/2 begins with their length.
        Assert.True(answer.Length == 0 || answer[0] == '\0' || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 505", StringComparison.Ordinal), $"{what}: {answer}");
        foreach (var telling in new[] { "   at ", "Exception", "ActorChat", "Kestrel", "X-Secret" }) Assert.DoesNotContain(telling, answer, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> LetIn => new()
    {
        { "compression is offered, and not taken", V1 + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-unknown; a=\"b\"\r\n" },
        { "a hundred subprotocols", Upgrade + "Sec-WebSocket-Protocol: " + string.Join(", ", Enumerable.Range(0, 100).Select(i => $"p{i}")) + ", actorchat.v1\r\n" },
        { "the subprotocols in two headers", Upgrade + "Sec-WebSocket-Protocol: other\r\nSec-WebSocket-Protocol: actorchat.v1\r\n" },
        { "cookies of 20 kB, from other programs on this host", V1 + string.Concat(Enumerable.Range(0, 5).Select(i => $"Cookie: c{i}={new string('x', 4000)}\r\n")) },
    };

    [Theory]
    [MemberData(nameof(LetIn))]
    public Task A_request_that_is_odd_and_right_is_let_in(string what, string headers) => shared.AssertUndisturbedByAsync(async () =>
    {
        await using var raw = await RawSocket.ConnectAsync(shared.Server);
        await raw.SendBytesAsync(Encoding.Latin1.GetBytes("GET /ws HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n"));
        var response = await raw.ReadUpgradeAsync();
        Assert.Equal((what, 101, "actorchat.v1"), (what, response.Status, response["Sec-WebSocket-Protocol"]));
        Assert.Null(response["Sec-WebSocket-Extensions"]);
        await raw.SendFrameAsync(RawSocket.Text, $$"""{"type":"hello","id":1,"name":"{{ChatClient.NewName()}}"}""");
        Assert.Equal("welcome", (await raw.ReadTextAsync()).Type);
    });

    [Promise("P12")]
    [Theory]
    [InlineData("a%00b")]
    [InlineData("%00")]
    [InlineData("%EF%BF%BD")] // what stands for a character that could not be read
    [InlineData("a%0d%0aX-Injected:%201")]
    [InlineData("%E2%80%AE")]
    [InlineData("%E2%A0%80")] // a blank in Braille
    [InlineData("ann&username=bob%00")]
    public Task A_classic_name_of_odd_bytes_is_closed_1008(string name) => shared.AssertUndisturbedByAsync(async () =>
    {
        await using var raw = await RawSocket.ConnectAsync(shared.Server);
        await raw.SendBytesAsync(Encoding.ASCII.GetBytes($"GET /ws?username={name} HTTP/1.1\r\nHost: x\r\n{Upgrade}\r\n"));
        var response = await raw.ReadUpgradeAsync();
        Assert.Equal(101, response.Status);
        Assert.Null(response["X-Injected"]);
        Assert.Equal(1008, (await raw.ReadCloseAsync()).Code);
    });
}
