using System.Net;
using ActorChat.Server.Sockets;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Sockets;

/// <summary>Servers with settings for hosts and origins, and what they log.</summary>
public sealed class HostAndOriginTests
{
    static async Task<int> StatusAsync(ServerProcess server, string? host, string? origin, string? subprotocol = null)
    {
        await using var raw = await RawSocket.ConnectAsync(server);
        List<(string, string?)> headers = [("Origin", origin), ("Sec-WebSocket-Protocol", subprotocol)];
        if (host is not null) headers.Add(("Host", host));
        return (await raw.HandshakeAsync(headers: [.. headers])).Status;
    }

    static int Count(ServerProcess server, string text) =>
        server.Log.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));

    static Task UntilLoggedAsync(ServerProcess server, params string[] parts) => Deadline.UntilAsync(
        () => Task.FromResult(server.Log.Split('\n').Any(line => parts.All(part => line.Contains(part, StringComparison.Ordinal)))),
        Deadline.Usual, () => $"No line has {string.Join(" and ", parts)}.\n{server.Log}");

    [Promise("P12")]
    [Fact]
    public async Task Settings_allow_other_origins_and_hosts()
    {
        await using var server = await ServerProcess.StartAsync(("Auth__AllowNullOrigin", "false"),
            ("Auth__AllowedOrigins__0", "https://Chat.example.org:443"), ("Auth__AllowedHosts__0", "chat.example"));
        (string? Host, string Origin, int Status)[] expected =
        [
            (null, "null", 403), (null, "https://chat.example.org", 101), (null, "http://chat.example.org", 403),
            (null, "https://chat.example.org.evil.example", 403),
            ("chat.example.org", "https://chat.example.org", 101), // a proxy that ends TLS
            ("chat.example:80", "http://chat.example", 101), // a usual line of nginx: proxy_set_header Host $host:$server_port
            ("chat.example", "http://chat.example:80", 101), ("CHAT.example", "http://chat.example", 101),
            ("chat.example:8080", "http://chat.example", 403), ("evil.example", "http://evil.example", 403),
            ("[::1]:80", "http://[0:0::1]", 101), ("localhost", "http://localhost", 101),
        ];
        foreach (var (host, origin, status) in expected)
            Assert.Equal((host, origin, status), (host, origin, await StatusAsync(server, host, origin)));
    }

    [Promise("P12")]
    [Fact]
    public async Task A_refused_host_or_origin_is_logged_with_the_setting_and_the_lines_are_limited()
    {
        await using var server = await ServerProcess.StartAsync();

        Assert.Equal(403, await StatusAsync(server, null, "https://chat.example"));
        await UntilLoggedAsync(server, "\"https://chat.example\"", "127.0.0.1", "Auth:AllowedOrigins");
        Assert.Equal(403, await StatusAsync(server, null, "null", "actorchat.v1"));
        await UntilLoggedAsync(server, "\"null\"", "Auth:AllowNullOrigin");

        using var request = new HttpRequestMessage(HttpMethod.Get, server.Address) { Headers = { Host = "chat.example:8080" } };
        using var response = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("Auth:AllowedHosts", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await UntilLoggedAsync(server, "\"chat.example:8080\"", "Auth:AllowedHosts");

        for (var i = 0; i < 3 * RefusalLog.LinesPerMinute; i++) Assert.Equal(403, await StatusAsync(server, "evil.example", null));
        await server.StopAsync();
        Assert.InRange(Count(server, "evil.example"), 1, 2 * RefusalLog.LinesPerMinute); // a minute may end meanwhile
        server.AssertLogIsCalm();
    }

    [Fact]
    public async Task The_first_null_origin_is_logged_with_the_setting()
    {
        await using var server = await ServerProcess.StartAsync();
        Assert.Equal(101, await StatusAsync(server, null, "null"));
        Assert.Equal(101, await StatusAsync(server, null, "null"));
        await server.StopAsync();
        Assert.Equal(1, Count(server, "Auth:AllowNullOrigin"));
    }

    [Promise("P12")]
    [Theory]
    [InlineData("", 403)]
    [InlineData("true", 101)]
    public async Task A_server_on_all_interfaces_accepts_null_origins_only_if_the_setting_allows_it(string setting, int status)
    {
        await using var server = await ServerProcess.StartAsync(
            ("ASPNETCORE_URLS", "http://*:{port}"), ("Auth__AllowNullOrigin", setting));
        Assert.Equal(status, await StatusAsync(server, null, "null"));
        Assert.Equal(403, await StatusAsync(server, null, "null", "actorchat.v1"));
        Assert.Equal(101, await StatusAsync(server, "192.0.2.1:8765", "http://192.0.2.1:8765")); // an address needs no name
        Assert.Equal(101, await StatusAsync(server, "localhost:8765", "http://localhost:8765"));
        Assert.Equal(403, await StatusAsync(server, "chat.example", "http://chat.example"));
    }
}
