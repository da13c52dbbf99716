using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Hosting;

[Collection(LoadTests.Name)]
public sealed class ShutdownTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [SkippableFact]
    public async Task A_stop_under_load_says_goodbye_writes_what_it_received_and_exits_cleanly()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0"));
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ChatClient.JoinAsync(server)));
        await using var listener = await ChatClient.JoinAsync(server);
        var acknowledged = new Acknowledged();
        var sending = Task.WhenAll(clients.Select(acknowledged.SendUntilCutAsync));
        await Deadline.UntilAsync(() => acknowledged.Count > 500, "The senders came to nothing.");

        var exit = await server.StopAsync();

        await sending.WaitAsync(Deadline.Usual);
        Assert.Equal(0, exit.Code);
        Assert.True(exit.Took < Limit, $"It took {exit.Took}.");
        foreach (var client in clients.Append(listener))
        {
            Assert.Equal(4001, (await client.ExpectCloseAsync()).Code);
            var goodbye = Assert.Single(client.Frames, f => f.Type == "goaway");
            Assert.InRange(goodbye["after_ms"].GetInt32(), 0, 4000);
            Assert.NotEmpty(goodbye.TextOf("why")!);
        }
        server.AssertLogIsCalm();
        await server.StartAgainAsync();
        await acknowledged.AssertKeptAsync(server);
        foreach (var client in clients) await client.DisposeAsync();
    }

    [SkippableFact]
    public async Task A_stop_while_the_bot_answers_ends_the_answer()
    {
        await using var server = await ServerProcess.StartAsync(("Ai__MockDelayMs", "500"));
        await using var ann = await ChatClient.JoinAsync(server);
        await ann.SaidAsync("/AIBot python");
        var begun = await ann.ExpectAsync(f => f.Type == "message" && f.TextOf("kind") == "ai_response");
        await ann.ExpectAsync(f => f.Type == "ai_delta");

        var exit = await server.StopAsync();
        await server.StartAgainAsync();

        Assert.Equal(0, exit.Code);
        Assert.True(exit.Took < Limit, $"It took {exit.Took}.");
        await using var back = await ChatClient.ReturnAsync(server, ann.Token, ann.Epoch, begun.Seq);
        var end = Assert.Single(back.Frames[1]["events"].EnumerateArray());
        Assert.Equal("interrupted", end.GetProperty("state").GetString());
    }

    [SkippableFact]
    public async Task What_was_read_in_the_last_moment_before_a_stop_is_kept()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var ann = await ChatClient.JoinAsync(server);
        var seq = await ann.SaidAsync("the last");
        Assert.Equal("ok", (await ann.AskAsync(new { type = "read", conversation = "default", seq })).Type);

        await server.StopAsync(); // two seconds before it would have been written
        await server.StartAgainAsync();

        await using var back = await ChatClient.ReturnAsync(server, ann.Token);
        Assert.Equal(seq, back.Welcome["conversations"][0].GetProperty("read").GetInt64());
    }

    [SkippableFact]
    public async Task A_second_signal_does_not_make_the_exit_unclean()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var ann = await ChatClient.JoinAsync(server);
        server.Signal(ServerProcess.Terminate);
        var exit = await server.StopAsync();
        Assert.Equal(0, exit.Code);
        Assert.True(exit.Took < Limit, $"It took {exit.Took}.");
    }

    [SkippableFact]
    public async Task A_stop_does_not_wait_for_a_client_that_neither_reads_nor_closes()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var deaf = await RawSocket.JoinedAsync(server);
        await using var early = await RawSocket.UpgradedAsync(server);
        var exit = await server.StopAsync();
        Assert.Equal(0, exit.Code);
        Assert.True(exit.Took < Limit, $"It took {exit.Took}.");
    }
}
