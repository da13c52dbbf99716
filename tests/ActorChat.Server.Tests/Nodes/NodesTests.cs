using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Nodes;

/// <summary>Clients on two nodes of one database see the same conversation.</summary>
[Collection(ThreeNodesTests.Name)]
public sealed class NodesTests(ThreeNodes shared) : IAsyncLifetime
{
    ServerProcess? one, two;

    ServerProcess One => one!;

    ServerProcess Two => two!;

    public async Task InitializeAsync()
    {
        var nodes = await shared.StartedAsync();
        (one, two) = (nodes[0], nodes[1]);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Promise("P13")]
    [SkippableFact]
    public async Task Clients_on_two_nodes_share_one_conversation()
    {
        await using var ann = await ChatClient.JoinAsync(One);
        await using var bob = await ChatClient.JoinAsync(Two);
        var head = bob.Head;

        // All messages have one order.
        var places = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => (n % 2 == 0 ? ann : bob).SaidAsync($"message {n}")));
        Assert.Equal(Enumerable.Range(1, 20).Select(n => head + n), places.Order());
        foreach (var person in new[] { ann, bob }) await person.ExpectEventAsync(head + 20);
        Assert.Equal(ann.Events.Select(e => e.Text), bob.Events.Select(e => e.Text));

        // Presence and typing reach the other node.
        await ann.ExpectAsync(f => f.Type == "presence" && f.Text.Contains(bob.Name, StringComparison.Ordinal));
        await bob.ExpectAsync(f => f.Type == "presence" && f.Text.Contains(ann.Name, StringComparison.Ordinal));
        // A typing event is sent once, and it is lost if the other node is just reconnecting its listener.
        await Deadline.UntilAsync(async () =>
        {
            await bob.SendAsync(new { type = "typing", conversation = "default" });
            return ann.Frames.Any(f => f.Type == "typing" && f.Text.Contains(bob.Name, StringComparison.Ordinal));
        }, Deadline.Usual, () => "Typing does not reach the other node.");

        // Read positions reach the other node.
        await using var elsewhere = await ChatClient.ReturnAsync(Two, ann.Token);
        await Deadline.UntilAsync(async () =>
        {
            var seq = await bob.SaidAsync("is this new?");
            await ann.ExpectEventAsync(seq);
            Assert.Equal("ok", (await ann.AskAsync(new { type = "read", conversation = "default", seq })).Type);
            try
            {
                await elsewhere.ExpectAsync(f => f.Type == "read" && f["seq"].GetInt64() == seq, TimeSpan.FromSeconds(5));
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }, Deadline.Usual, () => "The read position does not reach the other node.");

        // Names and tokens are valid on all nodes.
        await using var twin = await ChatClient.ConnectAsync(Two);
        await twin.SendAsync(new { type = "hello", id = 1, name = ann.Name });
        Assert.Equal("name_taken", (await twin.ExpectAsync(f => f.Type == "error")).TextOf("code"));

        One.AssertCalm();
        Two.AssertCalm();
    }

    [Promise("P11", "P13")]
    [SkippableFact]
    public async Task A_sign_out_on_one_node_closes_the_connections_on_the_other()
    {
        await using var ann = await ChatClient.JoinAsync(One);
        await using var elsewhere = await ChatClient.ReturnAsync(Two, ann.Token);
        await using var bob = await ChatClient.JoinAsync(Two);

        Assert.Equal("ok", (await ann.AskAsync(new { type = "sign_out" })).Type);
        Assert.Equal(4401, (await ann.ExpectCloseAsync()).Code);
        Assert.Equal(4401, (await elsewhere.ExpectCloseAsync()).Code);

        var after = await bob.SaidAsync("is ann still there?");
        await bob.ExpectEventAsync(after);
        Assert.DoesNotContain(ann.Frames.Concat(elsewhere.Frames), f => f.Seq == after);
        One.AssertCalm();
        Two.AssertCalm();
    }

    [SkippableFact]
    public async Task A_client_that_joins_another_node_during_an_answer_gets_all_of_its_text()
    {
        await using var ann = await ChatClient.JoinAsync(One);
        await ann.SaidAsync("/AIBot tell me about python");
        await ann.ExpectAsync(f => f.Type == "ai_delta" && f["offset"].GetInt32() > 0);
        await using var bob = await ChatClient.JoinAsync(Two);

        var end = await bob.ExpectAsync(f => f.Type == "answered", TimeSpan.FromSeconds(90));

        var text = "";
        foreach (var delta in bob.Frames.Where(f => f.Type == "ai_delta"))
        {
            Assert.Equal(text.Length, delta["offset"].GetInt32());
            text += delta.TextOf("text");
        }
        Assert.True(bob.Frames.Count(f => f.Type == "ai_delta") > 1, "The answer did not arrive in pieces.");
        Assert.StartsWith(text, end.TextOf("text"), StringComparison.Ordinal); // the last piece may be missing
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task Another_node_ends_the_running_answer_of_a_killed_node_as_interrupted()
    {
        await using var bob = await ChatClient.JoinAsync(Two);
        try
        {
            await using (var ann = await ChatClient.JoinAsync(One))
            {
                await ann.SaidAsync("/AIBot tell me about python");
                await bob.ExpectAsync(f => f.Type == "ai_delta");
                await One.KillAsync();
            }

            var end = await bob.ExpectAsync(f => f.Type == "answered");

            Assert.Equal("interrupted", end.TextOf("state"));
            Assert.Equal(end.Seq + 1, await bob.SaidAsync("afterwards"));
        }
        finally
        {
            if (!One.IsRunning) await One.StartAgainAsync(); // for the other tests
        }
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task A_node_that_was_frozen_gets_all_events_that_it_missed()
    {
        await using var ann = await ChatClient.JoinAsync(One);
        await using var bob = await ChatClient.JoinAsync(Two);
        var head = bob.Head;
        One.Signal(ServerProcess.Freeze);
        try
        {
            for (var n = 1; n <= 5; n++) Assert.Equal(head + n, await bob.SaidAsync($"while the node is frozen {n}"));
        }
        finally
        {
            One.Signal(ServerProcess.Wake);
        }
        for (var n = 1; n <= 5; n++) await ann.ExpectEventAsync(head + n);
        Assert.Equal(head + 6, await ann.SaidAsync("I am back"));
        await bob.ExpectEventAsync(head + 6);
    }
}
