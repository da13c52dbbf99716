using System.Text.Json;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

[Collection(SharedServerTests.Name)]
public sealed class ResumeTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    [Promise("P4")]
    [Fact]
    public async Task After_a_lost_connection_the_client_gets_exactly_the_events_that_it_missed()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        await using var bob = await ChatClient.JoinAsync(server);
        var cursor = await ann.SaidAsync("before the connection is lost");
        await bob.AbortAsync();
        var last = cursor;
        for (var i = 0; i < 5; i++) last = await ann.SaidAsync($"missed {i}");
        await ann.ExpectEventAsync(last);

        await using var back = await ChatClient.ReturnAsync(server, bob.Token, bob.Epoch, cursor);

        var sync = back.Frames[1];
        Assert.Equal(("sync", cursor + 1, last), (sync.Type, sync["from"].GetInt64(), sync["to"].GetInt64()));
        Assert.False(sync.Has("more"));
        Assert.Equal(
            ann.Events.Where(e => e.Seq > cursor).Select(e => e.Text),
            sync["events"].EnumerateArray().Select(e => e.GetRawText()));
        Assert.Equal("live", back.Frames[2].Type);
    }

    [Promise("P4")]
    [Fact]
    public async Task A_cursor_at_the_head_gets_an_empty_sync()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var head = await ann.SaidAsync("the newest");

        await using var back = await ChatClient.ReturnAsync(server, ann.Token, ann.Epoch, head);

        var sync = back.Frames[1];
        Assert.Equal(("sync", head + 1, head), (sync.Type, sync["from"].GetInt64(), sync["to"].GetInt64()));
        Assert.Empty(sync["events"].EnumerateArray());
    }

    [Promise("P4")]
    [Fact]
    public async Task A_resume_without_a_cursor_gets_a_reset_with_reason_new()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        await using var back = await ChatClient.ReturnAsync(server, ann.Token, ann.Epoch);
        Assert.Equal(("reset", "new"), (back.Frames[1].Type, back.Frames[1].TextOf("why")));
    }

    [Promise("P4")]
    [Fact]
    public async Task A_cursor_of_another_epoch_gets_a_reset()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var head = await ann.SaidAsync("x");
        await using var back = await ChatClient.ReturnAsync(server, ann.Token, "another", head);
        var reset = back.Frames[1];
        Assert.Equal(("reset", "epoch", head), (reset.Type, reset.TextOf("why"), reset["as_of"].GetInt64()));
        Assert.False(reset.Has("hole"));
        Assert.Equal(head, reset["messages"].EnumerateArray().Last().GetProperty("seq").GetInt64());
    }

    [Promise("P4")]
    [Theory]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public async Task A_cursor_beyond_the_head_gets_a_reset(long by)
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var head = await ann.SaidAsync("x");
        await using var back = await ChatClient.ReturnAsync(server, ann.Token, ann.Epoch, head + by);
        Assert.Equal(("reset", "ahead"), (back.Frames[1].Type, back.Frames[1].TextOf("why")));
    }

    [Promise("P4")]
    [Fact]
    public async Task A_thousand_missed_events_are_replayed_and_one_more_gets_a_reset_with_the_hole()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var said = await Task.WhenAll(Enumerable.Range(0, 1001).Select(i => ann.SaidAsync($"line {i}")));
        var head = said.Max();

        await using var within = await ChatClient.ReturnAsync(server, ann.Token, ann.Epoch, head - 1000);
        await using var tooFar = await ChatClient.ReturnAsync(server, ann.Token, ann.Epoch, head - 1001);

        var replayed = within.Frames.Where(f => f.Type == "sync").SelectMany(s => s["events"].EnumerateArray()).Select(Seq);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => head - 999 + i), replayed);
        var reset = tooFar.Frames[1];
        Assert.Equal(("reset", "too_far", head), (reset.Type, reset.TextOf("why"), reset["as_of"].GetInt64()));
        var messages = reset["messages"].EnumerateArray().Select(Seq).ToArray();
        Assert.Equal(50, messages.Length);
        Assert.Equal([head - 1000, messages[0] - 1], reset["hole"].EnumerateArray().Select(n => n.GetInt64()));
        Assert.Equal(head, messages[^1]);
    }

    [Promise("P4")]
    [Fact]
    public async Task A_long_replay_is_split_into_syncs_without_a_gap_and_all_but_the_last_announce_more()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var cursor = await ann.SaidAsync("from here");
        var text = new string('x', 12_000);
        var said = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => ann.SaidAsync(text)));

        await using var back = await ChatClient.ReturnAsync(server, ann.Token, ann.Epoch, cursor);

        var syncs = back.Frames.Skip(1).TakeWhile(f => f.Type == "sync").ToArray();
        Assert.True(syncs.Length > 1);
        Assert.All(syncs[..^1], s => Assert.True(s["more"].GetBoolean()));
        Assert.False(syncs[^1].Has("more"));
        var next = cursor + 1;
        foreach (var sync in syncs)
        {
            Assert.Equal(next, sync["from"].GetInt64());
            foreach (var e in sync["events"].EnumerateArray()) Assert.Equal(next++, Seq(e));
            Assert.Equal(next - 1, sync["to"].GetInt64());
        }
        Assert.Equal(said.Max(), next - 1);
    }

    [Promise("P4")]
    [Fact]
    public async Task No_event_is_missing_or_repeated_between_replay_and_live()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var cursor = await ann.SaidAsync("from here");
        var posting = Task.WhenAll(Enumerable.Range(0, 500).Select(i => ann.SaidAsync($"line {i}")));

        var returned = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(_ => ChatClient.ReturnAsync(server, ann.Token, ann.Epoch, cursor)));

        var last = (await posting).Max();
        foreach (var back in returned)
        {
            if (back.Head < last) await back.ExpectEventAsync(last);
            var replayed = back.Frames.Where(f => f.Type == "sync").SelectMany(s => s["events"].EnumerateArray()).Select(Seq);
            var seqs = replayed.Concat(back.Events.Select(e => e.Seq!.Value));
            Assert.Equal(Enumerable.Range(1, (int)(last - cursor)).Select(i => cursor + i), seqs.TakeWhile(s => s <= last));
            await back.DisposeAsync();
        }
    }

    [Promise("P4", "P10")]
    [Fact]
    public async Task A_resume_after_a_restart_misses_and_repeats_nothing()
    {
        await using var own = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0"));
        await using var ann = await ChatClient.JoinAsync(own);
        await using var bob = await ChatClient.JoinAsync(own);
        var key = ChatClient.NewKey();
        var cursor = await ann.SaidAsync("bob saw this");
        await bob.AbortAsync();
        await ann.SayAsync("bob missed this", key);
        var head = await ann.SaidAsync("and this");
        await ann.ExpectEventAsync(head);
        await own.StopAsync();
        await own.StartAgainAsync();

        await using var bobAgain = await ChatClient.ReturnAsync(own, bob.Token, bob.Epoch, cursor);
        await using var annAgain = await ChatClient.ReturnAsync(own, ann.Token, ann.Epoch, head);

        Assert.Equal(
            ann.Events.Where(e => e.Seq > cursor).Select(e => e.Text),
            bobAgain.Frames[1]["events"].EnumerateArray().Select(e => e.GetRawText()));
        Assert.Empty(annAgain.Frames[1]["events"].EnumerateArray());
        var repeated = await annAgain.SayAsync("bob missed this", key);
        Assert.Equal((cursor + 1, true), (repeated.Seq!.Value, repeated["duplicate"].GetBoolean()));
        Assert.Equal("key_reused", (await annAgain.SayAsync("something else", key)).Code);
        Assert.Equal(head + 1, await bobAgain.SaidAsync("after the restart"));
    }

    static long Seq(JsonElement e) => e.GetProperty("seq").GetInt64();
}
