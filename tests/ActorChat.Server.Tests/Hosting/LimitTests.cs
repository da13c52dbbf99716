using System.Diagnostics;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Hosting;

/// <summary>Each limit with a server of its own: who is over it is told in the way of that limit, and everybody else goes on.</summary>
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

    static Task UntilLetInAsync(ServerProcess server, TimeSpan? patience = null) => Deadline.UntilAsync(async () =>
    {
        try
        {
            return (await HandshakeAsync(server)).Status == 101;
        }
        catch (IOException)
        {
            return false; // hung up on: the web server, too, counts no more connections than that, and the try before may not have left it yet
        }
    }, patience ?? Deadline.Usual, () => "There is still no room.");

    [Fact]
    public async Task More_connections_than_the_server_may_have_are_refused_until_one_leaves()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__Connections", "2"));
        await using var ann = await ChatClient.JoinAsync(server);
        await using (await ChatClient.JoinAsync(server))
        {
            await AssertRefusedAsync(server, 503);
            await ann.SaidAsync("undisturbed");
        }
        await UntilLetInAsync(server);
        server.AssertCalm();
    }

    [Fact]
    public Task Connections_that_say_nothing_keep_nobody_out_for_longer_than_their_five_seconds() =>
        Deadline.OneOfThreeAsync(IsLetInAfterThemAsync, "They were gone each time before somebody else came.");

    // False where the first of them was gone before they could keep anybody out.
    static async Task<bool> IsLetInAfterThemAsync()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__ConnectionsBeforeHello", "8"));
        await using var ann = await ChatClient.JoinAsync(server); // whoever has said hello is not one of them
        var since = Stopwatch.StartNew();
        var mute = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RawSocket.UpgradedAsync(server)));

        var refused = await HandshakeAsync(server); // one address has half of the eight
        if (refused.Status == 101 && since.Elapsed > TimeSpan.FromSeconds(4))
        {
            foreach (var raw in mute) await raw.DisposeAsync();
            return false;
        }
        AssertRefused(refused, 503);

        await UntilLetInAsync(server);
        foreach (var raw in mute)
        {
            Assert.Equal(4408, (await raw.ReadCloseAsync()).Code);
            await raw.DisposeAsync();
        }
        await ann.SaidAsync("undisturbed");
        return true;
    }

    [Fact]
    public async Task Handshakes_faster_than_an_address_may_make_them_are_refused_for_a_while()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__HandshakesPerSecond", "0.05"), ("Limits__HandshakesBurst", "3"));
        await using var ann = await ChatClient.JoinAsync(server);
        for (var i = 0; i < 2; i++) Assert.Equal(101, (await HandshakeAsync(server)).Status);
        await AssertRefusedAsync(server, 429);
        await ann.SaidAsync("undisturbed");
        await UntilLetInAsync(server, TimeSpan.FromSeconds(20) + Deadline.Usual);
    }

    [Fact]
    public async Task More_connections_of_one_user_than_allowed_are_closed_4409()
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
        }, Deadline.Usual, () => "There is still no room.");
    }

    [Fact]
    public async Task What_a_user_may_send_is_shared_by_all_of_their_connections_and_coming_back_does_not_give_more()
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
    public Task Heads_that_come_byte_by_byte_are_closed_in_bounded_time_and_others_come_in_at_once() =>
        Deadline.OneOfThreeAsync(ComesInBesideSlowHeadsAsync, "Nobody came in before the slow ones were gone.");

    // False where the server had given up on one of the heads by then, ten seconds after it began.
    static async Task<bool> ComesInBesideSlowHeadsAsync()
    {
        const int Slow = 500;
        await using var server = await ServerProcess.StartAsync();
        var slow = await Task.WhenAll(Enumerable.Range(0, Slow).Select(_ => RawSocket.ConnectAsync(server)));
        using var enough = new CancellationTokenSource();
        var dripping = Task.WhenAll(slow.Select(async raw =>
        {
            try
            {
                await raw.SendBytesAsync("GET /ws HTTP/1.1\r\nHost: x\r\nX-Slow: "u8.ToArray());
                while (!enough.IsCancellationRequested)
                {
                    await raw.SendBytesAsync("x"u8.ToArray());
                    await Task.Delay(1000, enough.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // It was closed, or has been long enough.
            }
        }));

        await using (var client = await ChatClient.JoinAsync(server)) await client.SaidAsync("in all the same");
        var areWaiting = slow.All(raw => raw.HeardNothing);

        foreach (var raw in slow) await raw.ReadToEndAsync(); // comes to an end within its own patience, which is longer than the server's
        await enough.CancelAsync();
        await dripping;
        foreach (var raw in slow) await raw.DisposeAsync();
        server.AssertCalm();
        return areWaiting;
    }
}
