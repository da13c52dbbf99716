using System.Diagnostics;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Hosting;

/// <summary>Each limit on its own server: a client over the limit gets that limit's answer, and all others are served.</summary>
public sealed class LimitTests
{
    static async Task<UpgradeResponse> HandshakeAsync(ServerProcess server)
    {
        await using var raw = await RawSocket.ConnectAsync(server);
        return await raw.HandshakeAsync();
    }

    static async Task AssertRefusedAsync(ServerProcess server, int status) => AssertRefused(await HandshakeAsync(server), status);

    static void AssertRefused(UpgradeResponse refused, int status)
    {
        Assert.Equal(status, refused.Status);
        Assert.InRange(int.Parse(refused["Retry-After"]!, System.Globalization.CultureInfo.InvariantCulture), 1, 60);
    }

    static Task UntilAcceptedAsync(ServerProcess server, TimeSpan? patience = null) => Deadline.UntilAsync(async () =>
    {
        try
        {
            return (await HandshakeAsync(server)).Status == 101;
        }
        catch (IOException)
        {
            return false; // Kestrel has the same limit and may still count the previous attempt
        }
    }, patience ?? Deadline.Usual, () => "The server still refuses connections.");

    [Fact]
    public async Task Connections_over_the_limit_of_the_process_are_refused_until_one_ends()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__Connections", "2"));
        await using var ann = await ChatClient.JoinAsync(server);
        await using (await ChatClient.JoinAsync(server))
        {
            await AssertRefusedAsync(server, 503);
            await ann.SaidAsync("undisturbed");
        }
        await UntilAcceptedAsync(server);
        server.AssertCalm();
    }

    [Fact]
    public Task Connections_without_hello_block_others_for_at_most_five_seconds() =>
        Deadline.OneOfThreeAsync(IsAcceptedAfterThemAsync, "The silent connections were closed each time before another one came.");

    // False if the server closed a silent connection before the limit could refuse another one.
    static async Task<bool> IsAcceptedAfterThemAsync()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__ConnectionsBeforeHello", "8"));
        await using var ann = await ChatClient.JoinAsync(server); // does not count, because she has sent hello
        var since = Stopwatch.StartNew();
        var mute = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RawSocket.UpgradedAsync(server)));

        var refused = await HandshakeAsync(server); // one address may hold half of the eight
        if (refused.Status == 101 && since.Elapsed > TimeSpan.FromSeconds(4))
        {
            foreach (var raw in mute) await raw.DisposeAsync();
            return false;
        }
        AssertRefused(refused, 503);

        await UntilAcceptedAsync(server);
        foreach (var raw in mute)
        {
            Assert.Equal(4408, (await raw.ReadCloseAsync()).Code);
            await raw.DisposeAsync();
        }
        await ann.SaidAsync("undisturbed");
        return true;
    }

    [Fact]
    public async Task Handshakes_over_the_rate_of_an_address_are_refused_for_a_while()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__HandshakesPerSecond", "0.05"), ("Limits__HandshakesBurst", "3"));
        await using var ann = await ChatClient.JoinAsync(server);
        for (var i = 0; i < 2; i++) Assert.Equal(101, (await HandshakeAsync(server)).Status);
        await AssertRefusedAsync(server, 429);
        await ann.SaidAsync("undisturbed");
        await UntilAcceptedAsync(server, TimeSpan.FromSeconds(20) + Deadline.Usual);
    }

    [Fact]
    public async Task Connections_over_the_limit_of_a_user_are_closed_with_4409()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__ConnectionsPerUser", "2"));
        await using var ann = await ChatClient.JoinAsync(server);
        await using (await ChatClient.ReturnAsync(server, ann.Token))
        {
            await using var third = await ChatClient.ConnectAsync(server);
            await third.SendAsync(new { type = "hello", id = 1, token = ann.Token });
            Assert.Equal(4409, (await third.ExpectCloseAsync()).Code);
        }
        await Deadline.UntilAsync(async () =>
        {
            await using var again = await ChatClient.ConnectAsync(server);
            await again.SendAsync(new { type = "hello", id = 1, token = ann.Token });
            try
            {
                await again.ExpectAsync(f => f.Type == "live");
                return true;
            }
            catch (TimeoutException)
            {
                Assert.Equal(4409, (await again.ExpectCloseAsync()).Code);
                return false;
            }
        }, Deadline.Usual, () => "The server still refuses the user.");
    }

    [Fact]
    public async Task All_connections_of_a_user_share_one_rate_and_a_new_connection_does_not_reset_it()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0.01"), ("Limits__MessagesBurst", "4"));
        await using var ann = await ChatClient.JoinAsync(server);
        await ann.SaidAsync("1");
        await using (var second = await ChatClient.ReturnAsync(server, ann.Token)) await second.SaidAsync("2");
        await using (var third = await ChatClient.ReturnAsync(server, ann.Token)) await third.SaidAsync("3");
        await ann.SaidAsync("4");
        await using var fourth = await ChatClient.ReturnAsync(server, ann.Token);
        var refused = await fourth.SayAsync("5");
        Assert.Equal("rate_limited", refused.Code);
        Assert.InRange(refused["after_ms"].GetInt32(), 1, 100_000);
    }

    [Promise("P12")]
    [Fact]
    public Task Request_headers_sent_byte_by_byte_are_closed_in_bounded_time_and_block_nobody() =>
        Deadline.OneOfThreeAsync(JoinsBesideSlowHeadersAsync, "Nobody joined before the slow connections were closed.");

    // False if the server closed a slow connection, ten seconds after it began, before the other client had joined.
    static async Task<bool> JoinsBesideSlowHeadersAsync()
    {
        const int Slow = 500;
        await using var server = await ServerProcess.StartAsync();
        var slow = await Task.WhenAll(Enumerable.Range(0, Slow).Select(_ => RawSocket.ConnectAsync(server)));
        using var enough = new CancellationTokenSource();
        var sending = Task.WhenAll(slow.Select(async raw =>
        {
            try
            {
                await raw.SendBytesAsync("GET /ws HTTP/1.1\r\nHost: localhost\r\nX-Slow: "u8.ToArray());
                while (!enough.IsCancellationRequested)
                {
                    await raw.SendBytesAsync("x"u8.ToArray());
                    await Task.Delay(1000, enough.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The server closed the connection, or the test ends.
            }
        }));

        await using (var client = await ChatClient.JoinAsync(server)) await client.SaidAsync("served");
        var areWaiting = slow.All(raw => raw.HasReceivedNothing);

        foreach (var raw in slow) await raw.ReadToEndAsync(); // its timeout is longer than the server's
        await enough.CancelAsync();
        await sending;
        foreach (var raw in slow) await raw.DisposeAsync();
        server.AssertCalm();
        return areWaiting;
    }
}
