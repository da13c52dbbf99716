using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Nodes;

/// <summary>Servers on one database, and people on two of them who notice nothing of it.</summary>
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
    public async Task People_on_two_nodes_are_in_one_room()
    {
        await using var ann = await ChatClient.JoinAsync(One);
        await using var bob = await ChatClient.JoinAsync(Two);
        var head = bob.Head;

        // One order, whoever writes where.
        var places = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => (n % 2 == 0 ? ann : bob).SaidAsync($"message {n}")));
        Assert.Equal(Enumerable.Range(1, 20).Select(n => head + n), places.Order());
        foreach (var person in new[] { ann, bob }) await person.ExpectEventAsync(head + 20);
        Assert.Equal(ann.Events.Select(e => e.Text), bob.Events.Select(e => e.Text));

        // Who is here, and who is writing.
        await ann.ExpectAsync(f => f.Type == "presence" && f.Text.Contains(bob.Name, StringComparison.Ordinal));
        await bob.ExpectAsync(f => f.Type == "presence" && f.Text.Contains(ann.Name, StringComparison.Ordinal));
        // Such news goes over once, and is lost while a node listens anew.
        await Deadline.UntilAsync(async () =>
        {
            await bob.SendAsync(new { type = "typing", conversation = "default" });
            return ann.Frames.Any(f => f.Type == "typing" && f.Text.Contains(bob.Name, StringComparison.Ordinal));
        }, Deadline.Usual, () => "Nobody sees who is writing on the other node.");

        // What is read on one node is read on the other.
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
        }, Deadline.Usual, () => "What is read on one node is not read on the other.");

        // A name is taken everywhere, and a token is good everywhere.
        await using var twin = await ChatClient.ConnectAsync(Two);
        await twin.SendAsync(new { type = "hello", id = 1, name = ann.Name });
        Assert.Equal("name_taken", (await twin.ExpectAsync(f => f.Type == "error")).TextOf("code"));

        One.AssertCalm();
        Two.AssertCalm();
    }

    [Promise("P11", "P13")]
    [SkippableFact]
    public async Task Who_signs_out_on_one_node_is_out_on_the_other_within_a_moment_and_hears_nothing_more()
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
    public async Task Who_comes_on_another_node_in_the_middle_of_an_answer_sees_it_from_its_beginning_and_as_it_grows()
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
        Assert.True(bob.Frames.Count(f => f.Type == "ai_delta") > 1, "It did not grow.");
        Assert.StartsWith(text, end.TextOf("text"), StringComparison.Ordinal); // the last piece may come after the end, and is not needed then
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task The_answer_of_a_node_that_is_killed_is_closed_by_the_other_with_what_was_saved_of_it()
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
            Assert.Equal(end.Seq + 1, await bob.SaidAsync("on we go"));
        }
        finally
        {
            if (!One.IsRunning) await One.StartAgainAsync(); // for the other tests
        }
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task A_node_that_stands_still_and_wakes_has_missed_nothing()
    {
        await using var ann = await ChatClient.JoinAsync(One);
        await using var bob = await ChatClient.JoinAsync(Two);
        var head = bob.Head;
        One.Signal(ServerProcess.Freeze);
        try
        {
            for (var n = 1; n <= 5; n++) Assert.Equal(head + n, await bob.SaidAsync($"while it stands still {n}")); // the others go on
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
