using System.Text;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Sockets;

/// <summary>Malformed HTTP requests. Each is refused or closed. None gets two answers or a stack trace.</summary>
[Collection(SharedServerTests.Name)]
public sealed class HttpTests(SharedServer shared)
{
    const string Upgrade =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    const string V1 = Upgrade + "Sec-WebSocket-Protocol: actorchat.v1\r\n";

    // A request in the body of another one. A server that misreads the length would answer it with 200.
    const string Smuggled = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n";

    const string Chunked = "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n";

    public static TheoryData<string, string> Refused => new()
    {
        { "no host", "GET /ws HTTP/1.1\r\n" + V1 + "\r\n" },
        { "two hosts", "GET /ws HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n" + V1 + "\r\n" },
        { "an empty host", "GET /ws HTTP/1.1\r\nHost: \r\n" + V1 + "\r\n" },
        { "no host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n" },
        { "an unknown host", "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n" },
        { "an invalid host", "GET /ws HTTP/1.1\r\nHost: a b/c\r\n" + V1 + "\r\n" },
        { "no version", "GET /ws\r\n\r\n" },
        { "an unknown version", "GET /ws HTTP/9.9\r\nHost: localhost\r\n\r\n" },
        { "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
        { "a handshake of TLS", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003" + new string('\0', 512) },
        { "an upgrade in HTTP/1.0", "GET /ws HTTP/1.0\r\nHost: localhost\r\n" + V1 + "\r\n" },
        { "an upgrade with a body", "GET /ws HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n" + V1 + "\r\nhello" },
        {
            "an upgrade with a chunked body",
            "GET /ws HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n" + V1 + "\r\n5\r\nhello\r\n0\r\n\r\n"
        },
        { "a space before the colon", "GET /ws HTTP/1.1\r\nHost : localhost\r\n" + V1 + "\r\n" },
        { "a folded header", "GET /ws HTTP/1.1\r\nHost: localhost\r\nX-Folded: a\r\n b\r\n" + V1 + "\r\n" },
        { "a zero byte in a header", "GET /ws HTTP/1.1\r\nHost: localhost\r\nX-Zero: a\0b\r\n" + V1 + "\r\n" },
        { "a zero byte in the path", "GET /ws\0 HTTP/1.1\r\nHost: localhost\r\n" + V1 + "\r\n" },
        { "a header without a name", "GET /ws HTTP/1.1\r\nHost: localhost\r\n: x\r\n" + V1 + "\r\n" },
        { "a header without a colon", "GET /ws HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n" + V1 + "\r\n" },
        { "a header that is not UTF-8", "GET /ws HTTP/1.1\r\nHost: localhost\r\nX-Name: J\u00fcrgen\r\n" + V1 + "\r\n" },
        { "a header of 40 kB", "GET /ws HTTP/1.1\r\nHost: localhost\r\nX-Long: " + new string('x', 40_000) + "\r\n" + V1 + "\r\n" },
        { "200 headers", "GET /ws HTTP/1.1\r\nHost: localhost\r\n" + Repeat("", 200, i => $"X-{i}: y\r\n") + V1 + "\r\n" },
        { "10,000 parameters", $"GET /ws?username={Repeat("&", 10_000, i => $"a{i}=b")} HTTP/1.1\r\nHost: localhost\r\n{Upgrade}\r\n" },
        { "a path of 9 kB", "GET /" + new string('x', 9000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "a bad escape in the path", "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "an escaped zero in the path", "GET /%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" },
        { "OPTIONS of the whole server", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" },
        { "CONNECT", "CONNECT example.org:80 HTTP/1.1\r\nHost: example.org:80\r\nConnection: close\r\n\r\n" },
        { "TRACE", "TRACE /ws HTTP/1.1\r\nHost: localhost\r\nX-Secret: s\r\nConnection: close\r\n\r\n" },
        { "a length and a chunked body", Chunked + "Content-Length: 5\r\n\r\n0\r\n\r\n" + Smuggled },
        {
            "two lengths",
            $"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: {Smuggled.Length}\r\n\r\n" + Smuggled
        },
        { "two lengths in one header", $"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0, {Smuggled.Length}\r\n\r\n" + Smuggled },
        { "a negative length", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n" + Smuggled },
        { "a length with a sign", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +0\r\n\r\n" + Smuggled },
        { "a length of 2^62", $"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {1UL << 62}\r\n\r\n" + Smuggled },
        { "an unknown transfer encoding", "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + Smuggled },
        {
            "two transfer encodings",
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + Smuggled
        },
        { "an invalid chunk size", Chunked + "\r\nzz\r\n\r\n" + Smuggled },
        { "a chunk size over 2^64", Chunked + "\r\nffffffffffffffffff\r\n\r\n" + Smuggled },
        { "an incomplete body", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nx" },
        { "two keys", "GET /ws HTTP/1.1\r\nHost: localhost\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + V1 + "\r\n" },
        { "two versions", "GET /ws HTTP/1.1\r\nHost: localhost\r\nSec-WebSocket-Version: 13\r\n" + V1 + "\r\n" },
        { "two upgrades", "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\n" + V1 + "\r\n" },
        { "two origins", "GET /ws HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nOrigin: http://localhost\r\n" + V1 + "\r\n" },
    };

    static string Repeat(string separator, int times, Func<int, string> text) =>
        string.Join(separator, Enumerable.Range(0, times).Select(text));

    [Promise("P12")]
    [Theory]
    [MemberData(nameof(Refused))]
    public Task A_malformed_request_is_refused_once_and_reveals_nothing(string what, string request) =>
        shared.AssertUndisturbedByAsync(() => AssertRefusedAsync(shared.Server, what, request));

    internal static async Task AssertRefusedAsync(ServerProcess server, string what, string request)
    {
        await using var raw = await RawSocket.ConnectAsync(server);
        await raw.SendBytesAsync(Encoding.Latin1.GetBytes(request));
        raw.EndSending();

        var answer = await raw.ReadToEndAsync();

        Assert.DoesNotContain("HTTP/1.1 101", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1 2", answer, StringComparison.Ordinal);
        var isRefused = answer.Length == 0
            || answer[0] == '\0' // a refusal in HTTP/2 begins with the length of its frame
            || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal)
            || answer.StartsWith("HTTP/1.1 505", StringComparison.Ordinal);
        Assert.True(isRefused, $"{what}: {answer}");
        string[] details = ["   at ", "Exception", "ActorChat", "Kestrel", "X-Secret"];
        foreach (var detail in details) Assert.DoesNotContain(detail, answer, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Accepted => new()
    {
        {
            "an offer of compression, which the server declines",
            V1 + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-unknown; a=\"b\"\r\n"
        },
        { "100 subprotocols", Upgrade + "Sec-WebSocket-Protocol: " + Repeat(", ", 100, i => $"p{i}") + ", actorchat.v1\r\n" },
        { "subprotocols in two headers", Upgrade + "Sec-WebSocket-Protocol: other\r\nSec-WebSocket-Protocol: actorchat.v1\r\n" },
        { "cookies of 20 kB, from other programs on this host", V1 + Repeat("", 5, i => $"Cookie: c{i}={new string('x', 4000)}\r\n") },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public Task An_unusual_but_valid_request_is_accepted(string what, string headers) => shared.AssertUndisturbedByAsync(async () =>
    {
        await using var raw = await RawSocket.ConnectAsync(shared.Server);
        await raw.SendBytesAsync(Encoding.Latin1.GetBytes("GET /ws HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n"));
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
    [InlineData("%EF%BF%BD")] // the replacement character of a failed decoding
    [InlineData("a%0d%0aX-Injected:%201")]
    [InlineData("%E2%80%AE")]
    [InlineData("%E2%A0%80")] // the Braille blank
    [InlineData("ann&username=bob%00")]
    public Task A_classic_client_with_an_invalid_name_is_closed_with_1008(string name) => shared.AssertUndisturbedByAsync(async () =>
    {
        await using var raw = await RawSocket.ConnectAsync(shared.Server);
        await raw.SendBytesAsync(Encoding.ASCII.GetBytes($"GET /ws?username={name} HTTP/1.1\r\nHost: localhost\r\n{Upgrade}\r\n"));
        var response = await raw.ReadUpgradeAsync();
        Assert.Equal(101, response.Status);
        Assert.Null(response["X-Injected"]);
        Assert.Equal(1008, (await raw.ReadCloseAsync()).Code);
    });
}
