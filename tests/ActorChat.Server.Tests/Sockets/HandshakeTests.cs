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
    public async Task The_upgrade_is_answered_according_to_RFC_6455()
    {
        var response = await HandshakeAsync();
        Assert.Equal(101, response.Status);
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", response["Sec-WebSocket-Accept"]); // the example of the RFC
        Assert.Equal("actorchat.v1", response["Sec-WebSocket-Protocol"]);
        Assert.Null(response["Sec-WebSocket-Extensions"]);
    }

    [Theory]
    [InlineData("actorchat.v1, actorchat.err")]
    [InlineData("actorchat.v9,actorchat.v1")]
    public async Task The_server_selects_the_known_subprotocol(string offered) =>
        Assert.Equal("actorchat.v1", (await HandshakeAsync(("Sec-WebSocket-Protocol", offered)))["Sec-WebSocket-Protocol"]);

    [Fact]
    public async Task A_client_without_a_subprotocol_gets_the_classic_dialect()
    {
        var response = await HandshakeAsync(("Sec-WebSocket-Protocol", null));
        Assert.Equal(101, response.Status);
        Assert.Null(response["Sec-WebSocket-Protocol"]);
    }

    [Fact]
    public async Task Unknown_subprotocols_are_refused_with_a_frame_if_the_client_offers_actorchat_err()
    {
        await using var raw = await RawSocket.ConnectAsync(server);
        var response = await raw.HandshakeAsync(headers: ("Sec-WebSocket-Protocol", "actorchat.v9, actorchat.err"));
        Assert.Equal((101, "actorchat.err"), (response.Status, response["Sec-WebSocket-Protocol"]));

        var error = await raw.ReadTextAsync();

        Assert.Equal("error", error.Type);
        Assert.Contains("actorchat.v1", error.TextOf("message"), StringComparison.Ordinal);
        Assert.Equal(4406, (await raw.ReadCloseAsync()).Code);
    }

    [Theory]
    [InlineData("actorchat.v9")]
    [InlineData("graphql-ws, mqtt")]
    [InlineData("ACTORCHAT.V1")]
    public async Task Unknown_subprotocols_without_actorchat_err_get_status_400(string offered) =>
        Assert.Equal(400, (await HandshakeAsync(("Sec-WebSocket-Protocol", offered))).Status);

    [Promise("P12")]
    [Theory]
    [InlineData("12")]
    [InlineData(null)]
    [InlineData("x")]
    public async Task Another_WebSocket_version_gets_status_426_with_the_supported_version(string? version)
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
    public async Task A_request_that_is_not_a_WebSocket_upgrade_gets_status_400(string header, string? value) =>
        Assert.Equal(400, (await HandshakeAsync((header, value))).Status);

    [Promise("P12")]
    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Another_method_gets_status_405(string method)
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
    [InlineData("null")] // in actorchat.v1
    [InlineData("file://")]
    public async Task A_page_of_another_origin_gets_status_403(string origin) =>
        Assert.Equal(403, (await HandshakeAsync(("Origin", Here(origin)))).Status);

    [Theory]
    [InlineData("http://127.0.0.1:{port}")]
    [InlineData("HTTP://127.0.0.1:{port}")]
    [InlineData(null)]
    public async Task The_servers_own_page_and_a_program_are_accepted(string? origin) =>
        Assert.Equal(101, (await HandshakeAsync(("Origin", origin is null ? null : Here(origin)))).Status);

    [Theory]
    [InlineData("null")]
    [InlineData("file://")]
    public async Task The_classic_dialect_accepts_pages_that_are_opened_from_a_file(string origin) =>
        Assert.Equal(101, (await HandshakeAsync(("Origin", origin), ("Sec-WebSocket-Protocol", null))).Status);

    string Here(string origin) => origin.Replace("{port}", server.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    [Fact]
    public async Task A_hello_in_the_same_packet_as_the_upgrade_is_read()
    {
        await using var raw = await RawSocket.ConnectAsync(server);
        var head =
            "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" +
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: actorchat.v1\r\n\r\n";
        var hello = Encoding.UTF8.GetBytes($$"""{"type":"hello","id":1,"name":"{{ChatClient.NewName()}}"}""");
        await raw.SendBytesAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. RawSocket.FrameOf(RawSocket.Text, hello)]);
        Assert.Equal(101, (await raw.ReadUpgradeAsync()).Status);
        Assert.Equal("welcome", (await raw.ReadTextAsync()).Type);
    }

    [Fact]
    public async Task Unfinished_request_headers_block_nobody()
    {
        await Deadline.OneOfThreeAsync(async () =>
        {
            var slow = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => RawSocket.ConnectAsync(server)));
            foreach (var raw in slow) await raw.SendBytesAsync("GET /ws HTTP/1.1\r\nHost: localhost\r\nX-Slow: "u8.ToArray());

            await using (var client = await ChatClient.JoinAsync(server)) await client.SaidAsync("served");

            var areWaiting = slow.All(raw => raw.HasReceivedNothing); // false if the server closed one, ten seconds after it began
            foreach (var raw in slow) await raw.DisposeAsync();
            return areWaiting;
        }, "Nobody joined before the slow connections were closed.");
        await shared.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task Connections_over_the_limit_of_an_address_are_closed_with_4409()
    {
        await using var own = await ServerProcess.StartAsync(("Limits__ConnectionsPerAddress", "2"));
        await using var one = await ChatClient.JoinAsync(own);
        await using var two = await ChatClient.JoinAsync(own);
        await using (var three = await ChatClient.ConnectAsync(own)) Assert.Equal(4409, (await three.ExpectCloseAsync()).Code);

        await two.AbortAsync();

        await ChatClient.UntilAcceptedAsync(own);
    }
}
