using System.Text.RegularExpressions;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

[Collection(SharedServerTests.Name)]
public sealed partial class SendingTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
    private static partial Regex Time { get; }

    [Promise("P1")]
    [Fact]
    public async Task A_message_is_acknowledged_with_its_seq_and_reaches_everyone_with_all_its_fields()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        await using var bob = await ChatClient.JoinAsync(server);
        var key = ChatClient.NewKey();

        var reply = await ann.SayAsync("hello", key);

        Assert.Equal("ok", reply.Type);
        Assert.False(reply["duplicate"].GetBoolean());
        Assert.Matches(Time, reply.TextOf("at")!);
        var seq = reply.Seq!.Value;
        var seen = await bob.ExpectEventAsync(seq);
        Assert.Equal(
            ["type", "conversation", "seq", "sender", "kind", "text", "key", "at"],
            seen.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal("default", seen.TextOf("conversation"));
        Assert.Equal(ann.UserId, seen["sender"].GetProperty("id").GetString());
        Assert.Equal(ann.Name, seen["sender"].GetProperty("name").GetString());
        Assert.Equal(("user_message", "hello", key), (seen.TextOf("kind"), seen.TextOf("text"), seen.TextOf("key")));
        Assert.Equal(reply.TextOf("at"), seen.TextOf("at"));
        Assert.Equal(seen.Text, (await ann.ExpectEventAsync(seq)).Text);
    }

    [Promise("P2")]
    [Fact]
    public async Task A_repeated_key_is_a_duplicate_with_the_first_seq_and_nobody_sees_it_twice()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var key = ChatClient.NewKey();
        var first = await ann.SayAsync("once", key);
        var second = await ann.SayAsync("once", key);
        await using var back = await ChatClient.ReturnAsync(server, ann.Token);
        var third = await back.SayAsync("once", key);

        Assert.Equal((first.Seq, true), (second.Seq, second["duplicate"].GetBoolean()));
        Assert.Equal((first.Seq, true), (third.Seq, third["duplicate"].GetBoolean()));
        Assert.Equal(first.TextOf("at"), second.TextOf("at"));
        await ann.ExpectEventAsync(await ann.SaidAsync("afterwards"));
        Assert.Single(ann.Events, e => e.TextOf("key") == key);
    }

    [Promise("P2")]
    [Fact]
    public async Task A_key_repeated_before_its_receipt_makes_one_message()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var key = ChatClient.NewKey();

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ann.SayAsync("again and again", key)));

        Assert.Single(replies.Select(r => r.Seq).Distinct());
        Assert.Single(replies, r => !r["duplicate"].GetBoolean());
    }

    [Promise("P2")]
    [Fact]
    public async Task A_key_with_another_text_is_refused_and_the_first_message_stays()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var key = ChatClient.NewKey();
        var first = await ann.SayAsync("one thing", key);

        var second = await ann.SayAsync("another thing", key);

        Assert.Equal(("key_reused", "key"), (second.Code, second.TextOf("field")));
        Assert.Equal(first.Seq, (await ann.SayAsync("one thing", key)).Seq);
    }

    [Promise("P2")]
    [Fact]
    public async Task A_key_belongs_to_one_user()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        await using var bob = await ChatClient.JoinAsync(server);
        var key = ChatClient.NewKey();

        var (first, second) = (await ann.SayAsync("mine", key), await bob.SayAsync("mine, too", key));

        Assert.Equal("ok", second.Type);
        Assert.NotEqual(first.Seq, second.Seq);
    }

    [Promise("P3")]
    [Fact]
    public async Task Seqs_have_no_gaps_and_all_clients_get_the_same_bytes_in_the_same_order()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        await using var bob = await ChatClient.JoinAsync(server);
        await using var eve = await ChatClient.JoinAsync(server);
        var first = await ann.SaidAsync("from here") + 1;

        var said = await Task.WhenAll(
            new[] { ann, bob }.SelectMany(sender => Enumerable.Range(0, 100).Select(i => sender.SaidAsync($"line {i}"))));

        var last = said.Max();
        foreach (var client in new[] { ann, bob, eve }) await client.ExpectEventAsync(last);
        List<Frame> Between(ChatClient c) => [.. c.Events.Where(e => e.Seq >= first && e.Seq <= last)];
        Assert.Equal(200, said.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, (int)(last - first + 1)).Select(i => first + i), Between(eve).Select(e => e.Seq!.Value));
        Assert.Equal(Between(eve).Select(e => e.Text), Between(ann).Select(e => e.Text));
        Assert.Equal(Between(eve).Select(e => e.Text), Between(bob).Select(e => e.Text));
    }

    [Promise("P3")]
    [Fact]
    public async Task A_thousand_concurrent_sends_are_all_acknowledged_in_order()
    {
        await using var ann = await ChatClient.JoinAsync(server);

        var replies = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => ann.SayAsync($"line {i}")));

        Assert.All(replies, r => Assert.Equal("ok", r.Type));
        var seqs = replies.Select(r => r.Seq!.Value).ToArray();
        Assert.Equal(seqs.Order(), seqs);
    }

    [Fact]
    public async Task A_send_without_an_id_gets_no_receipt_but_is_posted()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var key = ChatClient.NewKey();
        await ann.SendAsync(new { type = "send", conversation = "default", key, text = "no answer needed" });

        await ann.ExpectAsync(f => f.Type == "message" && f.TextOf("key") == key);

        await ann.SaidAsync("afterwards");
        Assert.Single(ann.Frames, f => f.Type == "ok");
    }

    [Fact]
    public async Task Fields_that_the_server_decides_are_ignored()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var reply = await ann.AskAsync(new
        {
            type = "send", conversation = "default", key = ChatClient.NewKey(), text = "it was not me",
            sender = new { id = "aibot", name = "AIBot" }, seq = 1, at = "1999-01-01T00:00:00.000Z",
            kind = "system", role = "admin", html = "<b>x</b>",
        });
        var seen = await ann.ExpectEventAsync(reply.Seq!.Value);

        Assert.True(reply.Seq > 1);
        Assert.Equal(ann.UserId, seen["sender"].GetProperty("id").GetString());
        Assert.Equal("user_message", seen.TextOf("kind"));
        Assert.DoesNotContain("1999", seen.Text, StringComparison.Ordinal);
        Assert.False(seen.Has("html"));
    }

    [Fact]
    public async Task A_reply_names_an_existing_message()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var asked = await ann.SaidAsync("and?");

        var reply = await ann.SayAsync("so.", replyTo: asked);
        var refused = await ann.SayAsync("too early", replyTo: 1L << 50);

        Assert.Equal(asked, (await ann.ExpectEventAsync(reply.Seq!.Value))["reply_to"].GetInt64());
        Assert.Equal(("not_found", "reply_to"), (refused.Code, refused.TextOf("field")));
    }
}
