using System.Globalization;
using System.Text;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Sockets;

[Collection(SharedServerTests.Name)]
public sealed class HandshakeTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    async Task<UpgradeResponse> HandshakeAsync(params (string Name, string? Value)[] headers)
    {
        await using var raw = await RawSocket.ConnectAsync(server);
        return await raw.HandshakeAsync(headers: headers);
    }

    [Fact]
    public async Task The_upgrade_is_answered_as_the_RFC_says()
    {
        var response = await HandshakeAsync();
        Assert.Equal(101, response.Status);
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", response["Sec-WebSocket-Accept"]); // the RFC's own example
        Assert.Equal("actorchat.v1", response["Sec-WebSocket-Protocol"]);
        Assert.Null(response["Sec-WebSocket-Extensions"]);
    }

    [Theory]
    [InlineData("actorchat.v1, actorchat.err")]
    [InlineData("actorchat.v9,actorchat.v1")]
    public async Task The_known_one_of_several_subprotocols_is_chosen(string offered) =>
        Assert.Equal("actorchat.v1", (await HandshakeAsync(("Sec-WebSocket-Protocol", offered)))["Sec-WebSocket-Protocol"]);

    [Fact]
    public async Task No_subprotocol_is_the_classic_dialect()
    {
        var response = await HandshakeAsync(("Sec-WebSocket-Protocol", null));
        Assert.Equal(101, response.Status);
        Assert.Null(response["Sec-WebSocket-Protocol"]);
    }

    [Fact]
    public async Task Unknown_subprotocols_are_refused_with_a_frame_where_the_client_can_read_one()
    {
        await using var raw = await RawSocket.ConnectAsync(server);
        var response = await raw.HandshakeAsync(headers: ("Sec-WebSocket-Protocol", "actorchat.v9, actorchat.err"));
        Assert.Equal((101, "actorchat.err"), (response.Status, response["Sec-WebSocket-Protocol"]));

        var told = await raw.ReadTextAsync();

        Assert.Equal("error", told.Type);
        Assert.Contains("actorchat.v1", told.TextOf("message"), StringComparison.Ordinal);
        Assert.Equal(4406, (await raw.ReadCloseAsync()).Code);
    }

    [Theory]
    [InlineData("actorchat.v9")]
    [InlineData("graphql-ws, mqtt")]
    [InlineData("ACTORCHAT.V1")]
    public async Task Unknown_subprotocols_alone_are_a_bad_request(string offered) =>
        Assert.Equal(400, (await HandshakeAsync(("Sec-WebSocket-Protocol", offered))).Status);

    [Promise("P12")]
    [Theory]
    [InlineData("12")]
    [InlineData(null)]
    [InlineData("x")]
    public async Task Another_version_is_told_ours(string? version)
    {
        var response = await HandshakeAsync(("Sec-WebSocket-Version", version));
        Assert.Equal((426, "13"), (response.Status, response["Sec-WebSocket-Version"]));
    }

    [Promise("P12")]
    [Theory]
    [InlineData("Sec-WebSocket-Key", null)]
    [InlineData("Sec-WebSocket-Key", "")]
    [InlineData("Sec-WebSocket-Key", "c2hvcnQ=")]
    [InlineData("Sec-WebSocket-Key", "!!!!!!!!!!!!!!!!!!!!!!==")]
    [InlineData("Upgrade", null)]
    [InlineData("Upgrade", "h2c")]
    [InlineData("Connection", "close")]
    public async Task A_request_that_is_no_upgrade_is_a_bad_request(string header, string? value) =>
        Assert.Equal(400, (await HandshakeAsync((header, value))).Status);

    [Promise("P12")]
    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Another_method_is_not_allowed(string method)
    {
        await using var raw = await RawSocket.ConnectAsync(server);
        var response = await raw.HandshakeAsync($"{method} /ws HTTP/1.1", ("Content-Length", "0"));
        Assert.Equal(405, response.Status);
        Assert.Null(response["Server"]);
    }

    [Promise("P12")]
    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("https://127.0.0.1:{port}")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://127.0.0.1:{port}.evil.example")]
    [InlineData("http://127.0.0.1:{port}, http://evil.example")]
    [InlineData("http://127.0.0.1:{port}/")]
    [InlineData("http://127.0.0.1:{port}@evil.example")]
    [InlineData("http://xn--127.0.0.1:{port}")]
    [InlineData("")]
    public async Task A_page_of_another_site_is_forbidden(string origin) =>
        Assert.Equal(403, (await HandshakeAsync(("Origin", Here(origin)))).Status);

    [Theory]
    [InlineData("http://127.0.0.1:{port}")]
    [InlineData("null")]
    [InlineData(null)]
    public async Task The_servers_own_page_a_file_and_a_program_are_let_in(string? origin) =>
        Assert.Equal(101, (await HandshakeAsync(("Origin", origin is null ? null : Here(origin)))).Status);

    string Here(string origin) => origin.Replace("{port}", server.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    [Fact]
    public async Task Origins_are_allowed_by_settings()
    {
        await using var own = await ServerProcess.StartAsync(("Auth__AllowNullOrigin", "false"), ("Auth__AllowedOrigins__0", "https://chat.example.org"));
        foreach (var (origin, status) in new[] { ("null", 403), ("https://chat.example.org", 101), ("http://chat.example.org", 403), ("https://chat.example.org.evil.example", 403) })
        {
            await using var raw = await RawSocket.ConnectAsync(own);
            Assert.Equal((origin, status), (origin, (await raw.HandshakeAsync(headers: ("Origin", origin))).Status));
        }
    }

    [Fact]
    public async Task A_hello_that_comes_in_one_packet_with_the_upgrade_is_not_lost()
    {
        await using var raw = await RawSocket.ConnectAsync(server);
        var head = $"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: actorchat.v1\r\n\r\n";
        var hello = RawSocket.FrameOf(RawSocket.Text, Encoding.UTF8.GetBytes($$"""{"type":"hello","id":1,"name":"{{ChatClient.NewName()}}"}"""));
        await raw.SendBytesAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. hello]);
        Assert.Equal(101, (await raw.ReadUpgradeAsync()).Status);
        Assert.Equal("welcome", (await raw.ReadTextAsync()).Type);
    }

    [Fact]
    public async Task Heads_that_never_end_keep_nobody_out()
    {
        await Deadline.OneOfThreeAsync(async () =>
        {
            var slow = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => RawSocket.ConnectAsync(server)));
            foreach (var raw in slow) await raw.SendBytesAsync("GET /ws HTTP/1.1\r\nHost: x\r\nX-Slow: "u8.ToArray());

            await using (var client = await ChatClient.JoinAsync(server)) await client.SaidAsync("in all the same");

            var areWaiting = slow.All(raw => raw.HeardNothing); // the server gives up on them ten seconds after they began
            foreach (var raw in slow) await raw.DisposeAsync();
            return areWaiting;
        }, "Nobody came in before the slow ones were gone.");
        await shared.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task More_connections_from_one_address_than_allowed_are_closed_4409()
    {
        await using var own = await ServerProcess.StartAsync(("Limits__ConnectionsPerAddress", "2"));
        await using var one = await ChatClient.JoinAsync(own);
        await using var two = await ChatClient.JoinAsync(own);
        await using (var three = await ChatClient.ConnectAsync(own)) Assert.Equal(4409, (await three.ExpectCloseAsync()).Code);

        await two.CutAsync();

        await ChatClient.UntilLetInAsync(own);
    }
}
