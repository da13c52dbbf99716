using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

[Collection(SharedServerTests.Name)]
public sealed class ReadPositionTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    static Task<Frame> ReadAsync(ChatClient client, long seq) => client.AskAsync(new { type = "read", conversation = "default", seq });

    static (long Head, long Read, int Unread) Card(ChatClient client)
    {
        var card = client.Welcome["conversations"][0];
        return (card.GetProperty("head").GetInt64(), card.GetProperty("read").GetInt64(), card.GetProperty("unread").GetInt32());
    }

    [Fact]
    public async Task A_new_user_has_read_everything_and_later_messages_are_unread()
    {
        await using var ben = await ChatClient.JoinAsync(server);
        await ben.SaidAsync("before ann");
        string token;
        long read;
        await using (var ann = await ChatClient.JoinAsync(server))
        {
            (token, read) = (ann.Token, Card(ann).Read);
            Assert.Equal((ann.Head, ann.Head, 0), Card(ann));
        }
        var last = 0L;
        for (var n = 0; n < 3; n++) last = await ben.SaidAsync($"while ann is away {n}");

        await using var back = await ChatClient.ReturnAsync(server, token);
        var (head, still, unread) = Card(back);
        Assert.Equal(read, still);
        // Other tests post to the shared conversation, so there may be more than three.
        Assert.InRange(unread, 3, (int)(head - still));
        Assert.Equal("ok", (await ReadAsync(back, last)).Type);
        await using var again = await ChatClient.ReturnAsync(server, token);
        Assert.Equal(last, Card(again).Read);
    }

    [Fact]
    public async Task Own_messages_are_not_unread()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var said = await ann.SaidAsync("my own");
        await using var again = await ChatClient.ReturnAsync(server, ann.Token);
        var page = await again.AskAsync(new { type = "history", conversation = "default", after = Card(ann).Read, limit = 100 });
        var ofOthers = page["messages"].EnumerateArray()
            .Where(m => m.GetProperty("seq").GetInt64() <= Card(again).Head)
            .Count(m => m.GetProperty("sender").GetProperty("id").GetString() != ann.UserId);
        Assert.True(Card(again).Head >= said);
        Assert.Equal(ofOthers, Card(again).Unread);
    }

    [Fact]
    public async Task A_read_position_reaches_only_the_other_connections_of_the_same_user()
    {
        await using var ben = await ChatClient.JoinAsync(server);
        await using var phone = await ChatClient.JoinAsync(server);
        await using var desk = await ChatClient.ReturnAsync(server, phone.Token);
        var seq = await ben.SaidAsync("read me");
        await phone.ExpectEventAsync(seq);

        Assert.Equal("ok", (await ReadAsync(phone, seq)).Type);

        await desk.ExpectAsync(f => f.Type == "read" && f.Seq == seq && f.TextOf("conversation") == "default");
        // A read frame would have arrived before this connection opened.
        await using var late = await ChatClient.ReturnAsync(server, phone.Token);
        Assert.DoesNotContain(ben.Frames.Concat(phone.Frames), f => f.Type == "read");
    }

    [Fact]
    public async Task A_read_position_never_moves_back()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var seq = await ann.SaidAsync("forward");
        await ReadAsync(ann, seq);
        Assert.Equal("ok", (await ReadAsync(ann, 1)).Type);
        await using var again = await ChatClient.ReturnAsync(server, ann.Token);
        Assert.Equal(seq, Card(again).Read);
    }

    [Fact]
    public async Task A_read_position_beyond_the_head_is_refused()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var refused = await ReadAsync(ann, 1L << 40);
        Assert.Equal(("not_found", "seq"), (refused.Code, refused.TextOf("field")));
        Assert.Equal("not_found", (await ann.AskAsync(new { type = "read", conversation = "elsewhere", seq = 1 })).Code);
        await shared.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task Three_thousand_read_requests_are_answered_and_disturb_nobody()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var head = await ann.SaidAsync("the end");
        await Task.WhenAll(Enumerable.Range(0, 3000).Select(n => ReadAsync(ann, Math.Max(1, head - 3000 + n))));
        await shared.AssertUndisturbedAsync();
    }
}
