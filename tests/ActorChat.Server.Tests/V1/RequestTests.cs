using System.Text.Json;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

/// <summary>Requests other than <c>send</c>, and unknown ones.</summary>
[Collection(SharedServerTests.Name)]
public sealed class RequestTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    [Promise("P12")]
    [Fact]
    public async Task A_request_for_an_unknown_conversation_gets_not_found()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        foreach (var request in new object[]
        {
            new { type = "send", conversation = "elsewhere", key = ChatClient.NewKey(), text = "anybody?" },
            new { type = "history", conversation = "elsewhere", before = 10 },
            new { type = "pull", conversation = "elsewhere", from = 1, to = 10 },
            new { type = "typing", conversation = "elsewhere" },
        })
            Assert.Equal("not_found", (await ann.AskAsync(request)).Code);
    }

    [Fact]
    public async Task Unknown_fields_are_ignored_and_an_unknown_request_leaves_the_connection_open()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var unknown = await ann.AskAsync(new { type = "dance", with = new { somebody = true } });
        Assert.Equal("unknown_type", unknown.Code);
        var send = new { type = "send", conversation = "default", key = ChatClient.NewKey(), text = "x", mood = new[] { "good" } };
        Assert.Equal("ok", (await ann.AskAsync(send)).Type);
    }

    [Theory]
    [InlineData("edit"), InlineData("delete"), InlineData("react"), InlineData("create"), InlineData("join"), InlineData("leave")]
    [InlineData("invite"), InlineData("remove"), InlineData("rename"), InlineData("search"), InlineData("ai_stop"), InlineData("ai_retry")]
    public async Task A_request_that_the_server_does_not_support_yet_gets_unknown_type(string type)
    {
        await using var ann = await ChatClient.JoinAsync(server);
        Assert.Equal("unknown_type", (await ann.AskAsync(new { type, conversation = "default", seq = 1 })).Code);
    }

    [Fact]
    public async Task Typing_reaches_other_users_but_no_connection_of_the_typing_user()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        await using var annElsewhere = await ChatClient.ReturnAsync(server, ann.Token);
        await using var bob = await ChatClient.JoinAsync(server);

        await ann.SendAsync(new { type = "typing", conversation = "default" });

        var seen = await bob.ExpectAsync(f => f.Type == "typing" && f["user"].GetProperty("id").GetString() == ann.UserId);
        Assert.Equal(ann.Name, seen["user"].GetProperty("name").GetString());
        Assert.False(seen.Has("seq"));
        var after = await ann.SaidAsync("done typing");
        await annElsewhere.ExpectEventAsync(after);
        Assert.DoesNotContain(
            ann.Frames.Concat(annElsewhere.Frames),
            f => f.Type == "typing" && f["user"].GetProperty("id").GetString() == ann.UserId);
    }

    [Fact]
    public async Task Heartbeat_returns_the_heads_that_the_client_does_not_have()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var head = await ann.SaidAsync("newest");
        await ann.ExpectEventAsync(head);

        var behind = await ann.AskAsync(new { type = "heartbeat", cursors = new { @default = head - 1 } });
        var level = await ann.AskAsync(new { type = "heartbeat", cursors = new { @default = head } });
        var blank = await ann.AskAsync(new { type = "heartbeat" });

        Assert.Equal(head, behind["heads"].GetProperty("default").GetInt64());
        Assert.Equal(JsonValueKind.Object, level["heads"].ValueKind);
        Assert.Empty(level["heads"].EnumerateObject());
        Assert.Equal(head, blank["heads"].GetProperty("default").GetInt64());
    }
}
