using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

[Collection(SharedServerTests.Name)]
public sealed class OpeningTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    [Fact]
    public async Task The_first_hello_claims_the_name_and_gets_all_that_a_client_needs()
    {
        var name = ChatClient.NewName();
        await using var client = await ChatClient.JoinAsync(server, name);

        Assert.Equal(["welcome", "reset", "live"], client.Frames.Take(3).Select(f => f.Type));
        var welcome = client.Welcome;
        Assert.Equal(0, welcome["re"].GetInt64());
        Assert.Equal(name, client.Name);
        Assert.Equal("member", welcome["user"].GetProperty("role").GetString());
        Assert.True(client.Token.Length >= 43, "A token has 256 bits.");
        Assert.NotEmpty(client.Epoch);
        Assert.NotEmpty(welcome.TextOf("session")!);
        Assert.NotEmpty(welcome.TextOf("build")!);
        Assert.Equal(25_000, welcome["heartbeat_ms"].GetInt32());
        Assert.Equal(65_536, welcome["limits"].GetProperty("frame_bytes").GetInt32());
        Assert.Equal(16_384, welcome["limits"].GetProperty("text_bytes").GetInt32());
        var room = Assert.Single(welcome["conversations"].EnumerateArray());
        Assert.Equal("default", room.GetProperty("id").GetString());
        Assert.Equal("public", room.GetProperty("kind").GetString());
        Assert.True(room.GetProperty("members").GetInt32() >= 1);
        Assert.Equal((client.Head, 0), (room.GetProperty("read").GetInt64(), room.GetProperty("unread").GetInt32()));
        Assert.Equal("new", client.Frames[1].TextOf("why"));
        Assert.Equal(client.Head, client.Frames[1]["as_of"].GetInt64());
        Assert.Equal("default", client.Frames[2]["conversations"][0].GetString());
    }

    [Fact]
    public async Task The_token_identifies_the_same_user_and_is_sent_only_once()
    {
        await using var first = await ChatClient.JoinAsync(server);
        await using var again = await ChatClient.ReturnAsync(server, first.Token);

        Assert.Equal(first.UserId, again.UserId);
        Assert.Equal(first.Name, again.Name);
        Assert.Equal(first.Epoch, again.Epoch);
        Assert.False(again.Welcome.Has("token"));
    }

    [Theory]
    [InlineData("no-such-token")]
    [InlineData("")]
    public async Task A_wrong_token_gets_unauthorized_and_close_code_4401(string token)
    {
        await using var client = await ChatClient.ConnectAsync(server);
        Assert.Equal("unauthorized", (await client.AskAsync(new { type = "hello", token, name = ChatClient.NewName() })).Code);
        Assert.Equal(4401, (await client.ExpectCloseAsync()).Code);
    }

    [Promise("P12")]
    [Theory]
    [InlineData("""{"type":"send","id":1,"conversation":"default","key":"0123456789abcdef","text":"early"}""")]
    [InlineData("""{"type":"heartbeat","id":1}""")]
    [InlineData("""{"type":"typing","conversation":"default"}""")]
    [InlineData("""{"type":"history","id":1,"conversation":"default","before":10}""")]
    [InlineData("""{"type":"dance","id":1}""")]
    public async Task A_request_before_hello_closes_the_connection_with_4400(string early)
    {
        await using var client = await ChatClient.ConnectAsync(server);
        await client.SendTextAsync(early);
        Assert.Equal(4400, (await client.ExpectCloseAsync()).Code);
        await shared.AssertUndisturbedAsync();
    }

    [Promise("P12")]
    [Fact]
    public async Task A_client_without_hello_for_five_seconds_gets_close_code_4408()
    {
        await using var client = await ChatClient.ConnectAsync(server);
        Assert.Equal(4408, (await client.ExpectCloseAsync()).Code);
    }

    [Promise("P12")]
    [Fact]
    public async Task A_second_hello_is_a_bad_request_and_the_connection_stays_open()
    {
        await using var client = await ChatClient.JoinAsync(server);
        Assert.Equal("bad_request", (await client.AskAsync(new { type = "hello", name = ChatClient.NewName() })).Code);
        await client.SaidAsync("still here");
    }

    [Theory]
    [InlineData("""{"type":"hello","id":7}""", "name")]
    [InlineData("""{"type":"hello","id":7,"name":null,"token":null}""", "name")]
    [InlineData("""{"type":"hello","id":7,"name":5}""", "name")]
    [InlineData("""{"type":"hello","id":7,"token":["a"]}""", "token")]
    [InlineData("""{"type":"hello","id":7,"name":"ann","resume":"e7"}""", "resume")]
    [InlineData("""{"type":"hello","id":7,"name":"ann","resume":{"epoch":"e7"}}""", "resume")]
    [InlineData("""{"type":"hello","id":7,"name":"ann","resume":{"epoch":"e7","cursors":{"default":-1}}}""", "resume")]
    [InlineData("""{"type":"hello","id":7,"name":"ann","resume":{"epoch":"e7","cursors":{"default":"9"}}}""", "resume")]
    public async Task The_refusal_of_an_invalid_hello_names_the_field_and_the_client_may_send_another(string hello, string field)
    {
        await using var client = await ChatClient.ConnectAsync(server);
        var refused = await client.AskTextAsync(hello, 7);
        Assert.Equal(("bad_request", field), (refused.Code, refused.TextOf("field")));

        await client.SendAsync(new { type = "hello", id = 8, name = ChatClient.NewName() });

        await client.ExpectAsync(f => f.Type == "live");
    }

    [Fact]
    public async Task A_request_right_after_hello_is_answered_after_live()
    {
        await using var client = await ChatClient.ConnectAsync(server);
        await client.SendAsync(new { type = "hello", id = 1, name = ChatClient.NewName() });
        var key = ChatClient.NewKey();
        var reply = await client.AskTextAsync($$"""{"type":"send","id":2,"conversation":"default","key":"{{key}}","text":"at once"}""", 2);
        Assert.Equal("ok", reply.Type);
        Assert.Equal(["welcome", "reset", "live"], client.Frames.Take(3).Select(f => f.Type));
    }
}
