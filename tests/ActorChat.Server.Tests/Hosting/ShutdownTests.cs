using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Hosting;

[Collection(LoadTests.Name)]
public sealed class ShutdownTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Promise("P10")]
    [SkippableFact]
    public async Task A_stop_under_load_sends_goaway_stores_every_acknowledged_message_and_exits_with_0()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0"));
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ChatClient.JoinAsync(server)));
        await using var listener = await ChatClient.JoinAsync(server);
        var acknowledged = new Acknowledged();
        var sending = Task.WhenAll(clients.Select(acknowledged.SendUntilDisconnectedAsync));
        await Deadline.UntilAsync(() => acknowledged.Count > 500, "The senders made no progress.");

        var exit = await server.StopAsync();

        await sending.WaitAsync(Deadline.Usual);
        Assert.Equal(0, exit.Code);
        Assert.True(exit.Took < Limit, $"It took {exit.Took}.");
        var isDrained = !server.Log.Contains(ServerProcess.Undrained, StringComparison.Ordinal);
        foreach (var client in clients.Append(listener))
        {
            var code = (await client.ExpectCloseAsync()).Code;
            if (isDrained) Assert.Equal(4001, code);
            var goaway = Assert.Single(client.Frames, f => f.Type == "goaway");
            Assert.InRange(goaway["after_ms"].GetInt32(), 0, 4000);
            Assert.NotEmpty(goaway.TextOf("why")!);
        }
        server.AssertLogIsCalm();
        await server.StartAgainAsync();
        await acknowledged.AssertStoredAsync(server);
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Promise("P10")]
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

    [Promise("P10")]
    [SkippableFact]
    public async Task A_read_position_right_before_a_stop_is_stored()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var ann = await ChatClient.JoinAsync(server);
        var seq = await ann.SaidAsync("the last");
        Assert.Equal("ok", (await ann.AskAsync(new { type = "read", conversation = "default", seq })).Type);

        await server.StopAsync(); // the regular save would come two seconds later
        await server.StartAgainAsync();

        await using var back = await ChatClient.ReturnAsync(server, ann.Token);
        Assert.Equal(seq, back.Welcome["conversations"][0].GetProperty("read").GetInt64());
    }

    [Promise("P10")]
    [SkippableFact]
    public async Task A_second_signal_does_not_disturb_the_shutdown()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var ann = await ChatClient.JoinAsync(server);
        server.Signal(ServerProcess.Terminate);
        var exit = await server.StopAsync();
        Assert.Equal(0, exit.Code);
        Assert.True(exit.Took < Limit, $"It took {exit.Took}.");
    }

    [Promise("P10")]
    [SkippableFact]
    public Task A_stop_does_not_wait_for_a_client_that_neither_reads_nor_closes() => Deadline.OneOfThreeAsync(async () =>
    {
        await using var server = await ServerProcess.StartAsync();
        await using var joined = await RawSocket.JoinedAsync(server);
        await using var withoutHello = await RawSocket.UpgradedAsync(server);
        var exit = await server.StopAsync();
        Assert.Equal(0, exit.Code);
        return exit.Took < Limit; // the host's timeout is eight seconds, which leaves little for a busy machine
    }, $"It took longer than {Limit} each time.");

    [Promise("P10")]
    [SkippableFact]
    public async Task After_a_stop_under_load_everyone_resumes_without_a_lost_or_repeated_message()
    {
        const int People = 10, Rounds = 2;
        await using var server = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0"));
        var clients = await Task.WhenAll(Enumerable.Range(0, People).Select(_ => ResumingClient.JoinAsync(server)));
        for (var round = 1; round <= Rounds; round++)
        {
            var sending = Task.WhenAll(clients.Select(client => client.SendUntilDisconnectedAsync()));
            await Deadline.UntilAsync(() => clients.Sum(client => client.Acknowledged) > 200 * round, "The senders made no progress.");
            var exit = await server.StopAsync();
            await sending.WaitAsync(Deadline.Usual);
            Assert.True(exit.Took < Limit, $"It took {exit.Took}.");

            await server.StartAgainAsync();
            await Task.WhenAll(clients.Select(client => client.ResumeAsync(server)));
        }
        await using var reader = await ChatClient.JoinAsync(server);
        foreach (var client in clients) await client.AssertReceivedAllAsync(reader.Head);
        var log = clients[0].Received;
        var keys = clients.SelectMany(client => client.Keys);
        Assert.Equal(keys.Order(StringComparer.Ordinal), log.Values.Order(StringComparer.Ordinal)); // each key once
        foreach (var client in clients)
        {
            Assert.Equal(log, client.Received);
            await client.DisposeAsync();
        }
    }
}
