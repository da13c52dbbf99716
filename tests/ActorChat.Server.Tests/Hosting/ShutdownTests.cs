using System.Collections.Concurrent;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Hosting;

[Collection(LoadTests.Name)]
public sealed class ShutdownTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Promise("P10")]
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
        var isDrained = !server.Log.Contains(ServerProcess.Undrained, StringComparison.Ordinal);
        foreach (var client in clients.Append(listener))
        {
            var code = (await client.ExpectCloseAsync()).Code;
            if (isDrained) Assert.Equal(4001, code);
            var goodbye = Assert.Single(client.Frames, f => f.Type == "goaway");
            Assert.InRange(goodbye["after_ms"].GetInt32(), 0, 4000);
            Assert.NotEmpty(goodbye.TextOf("why")!);
        }
        server.AssertLogIsCalm();
        await server.StartAgainAsync();
        await acknowledged.AssertKeptAsync(server);
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

    [Promise("P10")]
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

    [Promise("P10")]
    [SkippableFact]
    public Task A_stop_does_not_wait_for_a_client_that_neither_reads_nor_closes() => Deadline.OneOfThreeAsync(async () =>
    {
        await using var server = await ServerProcess.StartAsync();
        await using var deaf = await RawSocket.JoinedAsync(server);
        await using var early = await RawSocket.UpgradedAsync(server);
        var exit = await server.StopAsync();
        Assert.Equal(0, exit.Code);
        return exit.Took < Limit; // eight seconds are the host's patience, which leaves little for a busy machine
    }, $"It took longer than {Limit} each time.");

    [Promise("P10")]
    [SkippableFact]
    public async Task After_a_stop_under_load_everybody_resumes_and_nothing_is_lost_and_nothing_doubled()
    {
        const int People = 10, Rounds = 2;
        await using var server = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0"));
        var travellers = await Task.WhenAll(Enumerable.Range(0, People).Select(_ => Traveller.ArriveAsync(server)));
        for (var round = 1; round <= Rounds; round++)
        {
            var sending = Task.WhenAll(travellers.Select(t => t.SayUntilCutAsync()));
            await Deadline.UntilAsync(() => travellers.Sum(t => t.Acknowledged) > 200 * round, "They came to nothing.");
            var exit = await server.StopAsync();
            await sending.WaitAsync(Deadline.Usual);
            Assert.True(exit.Took < Limit, $"It took {exit.Took}.");

            await server.StartAgainAsync();
            await Task.WhenAll(travellers.Select(t => t.ReturnAsync(server)));
        }
        await using var fresh = await ChatClient.JoinAsync(server);
        foreach (var traveller in travellers) await traveller.AssertSawAllAsync(fresh.Head);
        var log = travellers[0].Seen;
        Assert.Equal(travellers.SelectMany(t => t.Keys).Order(StringComparer.Ordinal), log.Values.Order(StringComparer.Ordinal)); // each key once
        foreach (var traveller in travellers)
        {
            Assert.Equal(log, traveller.Seen);
            await traveller.DisposeAsync();
        }
    }

    /// <summary>Somebody who talks, is cut off, comes back with their cursor, and repeats what was not answered.</summary>
    sealed class Traveller : IAsyncDisposable
    {
        readonly ConcurrentDictionary<string, long?> said = new(); // by key: the place, where there was an answer
        readonly string token, epoch;
        ChatClient client;

        Traveller(ChatClient client) => (this.client, token, epoch) = (client, client.Token, client.Epoch);

        public static async Task<Traveller> ArriveAsync(ServerProcess server) => new(await ChatClient.JoinAsync(server));

        public int Acknowledged => said.Values.Count(seq => seq is not null);

        public IEnumerable<string> Keys => said.Keys;

        /// <summary>By seq: the key, of all that this client was told.</summary>
        public SortedDictionary<long, string> Seen { get; } = [];

        public async Task SayUntilCutAsync()
        {
            try
            {
                while (true)
                {
                    var key = ChatClient.NewKey();
                    said[key] = null;
                    await SayAsync(key);
                }
            }
            catch (Exception e) when (e is IOException or System.Net.WebSockets.WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
            {
                // The connection ended.
            }
        }

        async Task SayAsync(string key)
        {
            var reply = await client.SayUntilAvailableAsync($"said under {key}", key);
            Assert.True(reply.Type == "ok", reply.Text);
            said[key] = reply.Seq;
        }

        public async Task ReturnAsync(ServerProcess server)
        {
            await client.ExpectCloseAsync();
            Take(client.Events.Select(e => (e.Seq!.Value, e.TextOf("key")!)));
            await client.DisposeAsync();
            client = await ChatClient.ReturnAsync(server, token, epoch, Seen.Count == 0 ? 0 : Seen.Last().Key);
            Take(client.Frames.Where(f => f.Type == "sync").SelectMany(f => f["events"].EnumerateArray())
                .Select(e => (e.GetProperty("seq").GetInt64(), e.GetProperty("key").GetString()!)));
            foreach (var key in said.Where(s => s.Value is null).Select(s => s.Key).ToArray()) await SayAsync(key);
        }

        public async Task AssertSawAllAsync(long head)
        {
            if (client.Head < head) await client.ExpectEventAsync(head);
            Take(client.Events.Select(e => (e.Seq!.Value, e.TextOf("key")!)));
            Assert.Equal(Enumerable.Range(1, (int)head).Select(i => (long)i), Seen.Keys);
            foreach (var (key, seq) in said) Assert.Equal(key, Seen[seq!.Value]);
        }

        void Take(IEnumerable<(long Seq, string Key)> events)
        {
            foreach (var (seq, key) in events) Assert.True(Seen.TryAdd(seq, key), $"{seq} came twice.");
        }

        public ValueTask DisposeAsync() => client.DisposeAsync();
    }
}
