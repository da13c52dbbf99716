using ActorChat.Domain;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

[Collection(SharedServerTests.Name)]
public sealed class OpeningTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    [Fact]
    public async Task First_visit_claims_the_name_and_is_told_everything_that_a_client_needs()
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
    public async Task The_token_brings_the_same_user_back_and_is_not_sent_again()
    {
        await using var first = await ChatClient.JoinAsync(server);
        await using var again = await ChatClient.ReturnAsync(server, first.Token);

        Assert.Equal(first.UserId, again.UserId);
        Assert.Equal(first.Name, again.Name);
        Assert.Equal(first.Epoch, again.Epoch);
        Assert.False(again.Welcome.Has("token"));
    }

    [Promise("P12")]
    [Theory]
    [InlineData("Oscar Possum")]
    [InlineData("OSCAR POSSUM")]
    [InlineData("  oscar possum ")]
    [InlineData("oscar  possum")]
    [InlineData("Ｏｓｃａｒ Ｐｏｓｓｕｍ")]
    [InlineData("Оsсаr Роssum")] // Cyrillic О, с, а, Р, о
    [InlineData("οscar possum")] // Greek omicron
    public async Task A_held_name_cannot_be_claimed_by_one_that_looks_like_it(string variant)
    {
        await using var holder = await ChatClient.ConnectAsync(server);
        await holder.SendAsync(new { type = "hello", id = 1, name = "Oscar Possum" }); // the first of these rows claims it
        await holder.ExpectAsync(f => f.Type == "welcome" || f.Code == "name_taken");

        await using var client = await ChatClient.ConnectAsync(server);
        var refused = await client.AskAsync(new { type = "hello", name = variant });

        Assert.Equal("name_taken", refused.Code);
        Assert.False(refused["retry"].GetBoolean());
    }

    [Promise("P12")]
    [Theory]
    [InlineData("AIBot")]
    [InlineData("aibot")]
    [InlineData("ＡＩＢｏｔ")]
    [InlineData("АIВоt")] // Cyrillic
    [InlineData("A1Bot")]
    [InlineData("admin")]
    [InlineData("Administrator")]
    [InlineData("SYSTEM")]
    [InlineData("ѕystem")] // Cyrillic ѕ
    public async Task A_reserved_name_cannot_be_claimed(string name)
    {
        await using var client = await ChatClient.ConnectAsync(server);
        Assert.Equal("name_taken", (await client.AskAsync(new { type = "hello", name })).Code);
    }

    [Promise("P12")]
    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u200b\u200b")]
    [InlineData("ann\u200b")]
    [InlineData("ann\u202egnp")]
    [InlineData("ann\nbob")]
    [InlineData("ann\0")]
    [InlineData("\u3164")]
    [InlineData("...")]
    [InlineData("a\u0301\u0301\u0301\u0301\u0301\u0301")]
    [InlineData("123456789012345678901234567890123")]
    public async Task What_is_no_name_is_refused_as_invalid(string name)
    {
        await using var client = await ChatClient.ConnectAsync(server);
        var refused = await client.AskAsync(new { type = "hello", name });
        Assert.Equal("name_invalid", refused.Code);
        Assert.Equal("name", refused.TextOf("field"));
    }

    [Fact]
    public async Task A_name_of_a_kilobyte_is_invalid() => await What_is_no_name_is_refused_as_invalid(new string('n', 1024));

    [Fact]
    public async Task Whoever_was_refused_a_name_may_try_another_on_the_same_connection()
    {
        await using var holder = await ChatClient.JoinAsync(server);
        await using var client = await ChatClient.ConnectAsync(server);
        Assert.Equal("name_taken", (await client.AskAsync(new { type = "hello", name = holder.Name })).Code);
        Assert.Equal("name_invalid", (await client.AskAsync(new { type = "hello", name = "" })).Code);

        await client.SendAsync(new { type = "hello", id = 3, name = ChatClient.NewName() });

        await client.ExpectAsync(f => f.Type == "live");
    }

    [Promise("P12")]
    [Fact]
    public async Task Of_fifty_simultaneous_claims_of_one_name_exactly_one_wins()
    {
        var name = ChatClient.NewName();
        string[] variants = [name, name.ToUpperInvariant(), $" {name} ", string.Concat(name.Select(c => (char)(c + 0xFEE0)))]; // the last is full-width
        // Each as soon as it is there: who waited for the last of the others could be too late to greet.
        var clients = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            var client = await ChatClient.ConnectAsync(server);
            await client.SendAsync(new { type = "hello", id = 1, name = variants[i % variants.Length] });
            return client;
        }));
        try
        {
            var answers = await Task.WhenAll(clients.Select(c => c.ExpectAsync(_ => true)));

            Assert.Single(answers, a => a.Type == "welcome");
            Assert.Equal(49, answers.Count(a => a.Code == "name_taken"));
        }
        finally
        {
            foreach (var client in clients) await client.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("no-such-token")]
    [InlineData("")]
    public async Task A_wrong_token_is_unauthorized_and_closes_4401(string token)
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
    public async Task Anything_before_hello_closes_4400(string early)
    {
        await using var client = await ChatClient.ConnectAsync(server);
        await client.SendTextAsync(early);
        Assert.Equal(4400, (await client.ExpectCloseAsync()).Code);
        await shared.AssertUndisturbedAsync();
    }

    [Promise("P12")]
    [Fact]
    public async Task No_hello_within_five_seconds_closes_4408()
    {
        await using var client = await ChatClient.ConnectAsync(server);
        Assert.Equal(4408, (await client.ExpectCloseAsync()).Code);
    }

    [Promise("P12")]
    [Fact]
    public async Task A_second_hello_is_a_bad_request_and_the_connection_goes_on()
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
    public async Task A_hello_that_is_wrong_is_told_which_field_and_may_be_said_again(string hello, string field)
    {
        await using var client = await ChatClient.ConnectAsync(server);
        var refused = await client.AskTextAsync(hello, 7);
        Assert.Equal(("bad_request", field), (refused.Code, refused.TextOf("field")));

        await client.SendAsync(new { type = "hello", id = 8, name = ChatClient.NewName() });

        await client.ExpectAsync(f => f.Type == "live");
    }

    [Fact]
    public async Task What_is_sent_right_behind_hello_is_answered_after_the_opening()
    {
        await using var client = await ChatClient.ConnectAsync(server);
        await client.SendAsync(new { type = "hello", id = 1, name = ChatClient.NewName() });
        var reply = await client.AskTextAsync($$"""{"type":"send","id":2,"conversation":"default","key":"{{ChatClient.NewKey()}}","text":"at once"}""", 2);
        Assert.Equal("ok", reply.Type);
        Assert.Equal(["welcome", "reset", "live"], client.Frames.Take(3).Select(f => f.Type));
    }
}
