using System.Diagnostics;
using ActorChat.Server.Ai;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Classic;

/// <summary>The dialect of the system before this one, as its page and its scripts speak it.</summary>
[Collection(SharedServerTests.Name)]
public sealed class ClassicTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    static string NewText() => $"line {Guid.NewGuid():N}";

    static string[] Fields(Frame frame) => [.. frame.Json.EnumerateObject().Select(p => p.Name)];

    [Fact]
    public async Task A_client_is_greeted_and_gets_the_history_oldest_first()
    {
        await using var v1 = await ChatClient.JoinAsync(server);
        string[] said = [NewText(), NewText()];
        foreach (var text in said) await v1.SaidAsync(text);
        var name = ChatClient.NewName();

        await using var alice = await ClassicClient.JoinAsync(server, name);

        var (connected, history) = (alice.Frames[0], alice.Frames[1]);
        Assert.Equal(["type", "user_id", "username"], Fields(connected));
        Assert.Equal(("connected", name), (connected.Type, connected.TextOf("username")));
        Assert.NotEmpty(connected.TextOf("user_id")!);
        Assert.Equal(["type", "messages", "count"], Fields(history));
        var messages = history["messages"].EnumerateArray().ToArray();
        Assert.Equal(messages.Length, history["count"].GetInt32());
        Assert.Equal(said, messages[^2..].Select(m => m.GetProperty("text").GetString()));
        Assert.Equal(["sender", "text", "msg_type", "timestamp"], messages[^1].EnumerateObject().Select(p => p.Name));
        Assert.Equal((v1.Name, "user_message"), (messages[^1].GetProperty("sender").GetString(), messages[^1].GetProperty("msg_type").GetString()));
        Assert.True(DateTimeOffset.TryParse(messages[^1].GetProperty("timestamp").GetString(), out _));
    }

    [Fact]
    public async Task The_history_has_the_newest_thousand()
    {
        await using var v1 = await ChatClient.JoinAsync(server);
        var texts = Enumerable.Range(0, 1001).Select(_ => NewText()).ToArray();
        await Task.WhenAll(texts.Select(t => v1.SaidAsync(t)));

        await using var alice = await ClassicClient.JoinAsync(server);

        Assert.Equal(1000, alice.Frames[1]["count"].GetInt32());
        Assert.Equal(texts[1..], alice.Frames[1]["messages"].EnumerateArray().Select(m => m.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task A_line_reaches_the_others_and_not_the_one_who_said_it()
    {
        var name = ChatClient.NewName();
        await using var alice = await ClassicClient.JoinAsync(server, name);
        await using var bob = await ClassicClient.JoinAsync(server);
        await using var v1 = await ChatClient.JoinAsync(server);
        var (line, answer) = (NewText(), NewText());

        await alice.SayAsync(line);
        var seen = await bob.ExpectLineAsync(line);
        var seenByV1 = await v1.ExpectAsync(f => f.Type == "message" && f.TextOf("text") == line);
        await v1.SaidAsync(answer);
        var seenByAlice = await alice.ExpectLineAsync(answer);

        Assert.Equal(["sender", "text"], Fields(seen));
        Assert.Equal(name, seen.TextOf("sender"));
        Assert.Equal(name, seenByV1["sender"].GetProperty("name").GetString());
        Assert.Equal(v1.Name, seenByAlice.TextOf("sender"));
        Assert.DoesNotContain(alice.Frames, f => f.TextOf("text") == line);
    }

    [Fact]
    public async Task Two_connections_under_one_name_are_one_person_who_sees_what_the_other_said()
    {
        var name = ChatClient.NewName();
        await using var here = await ClassicClient.JoinAsync(server, name);
        await using var there = await ClassicClient.JoinAsync(server, $" {name} ");
        Assert.Equal(here.Frames[0].TextOf("user_id"), there.Frames[0].TextOf("user_id"));
        var line = NewText();

        await here.SayAsync(line);

        await there.ExpectLineAsync(line);
    }

    [Theory]
    [InlineData("{\"text\":\"\"}")]
    [InlineData("{\"text\":\"  \\n \"}")]
    [InlineData("{\"text\":null}")]
    [InlineData("{\"text\":7}")]
    [InlineData("{}")]
    [InlineData("{\"type\":\"typing\"}")]
    public async Task A_frame_without_text_is_ignored(string frame)
    {
        await using var alice = await ClassicClient.JoinAsync(server);
        await using var bob = await ClassicClient.JoinAsync(server);
        var before = (alice.Now, bob.Now);

        await alice.SendTextAsync(frame);

        var line = NewText();
        await alice.SayAsync(line);
        await bob.ExpectLineAsync(line);
        Assert.Equal((before.Item1, before.Item2 + 1), (alice.Now, bob.Now));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("")]
    [InlineData("{\"text\":\"x\"")]
    [InlineData("[]")]
    [InlineData("{\"text\":\"x\"}{}")]
    [InlineData("{\"text\":\"\\ud800\"}")]
    public async Task What_is_not_JSON_is_an_error_and_the_connection_goes_on(string frame)
    {
        await using var alice = await ClassicClient.JoinAsync(server);
        for (var i = 0; i < 10; i++) await alice.SendTextAsync(frame);

        var error = await alice.ExpectAsync(f => f.TextOf("type") == "error");

        Assert.Equal("""{"type":"error","message":"Invalid JSON format"}""", error.Text);
        await using var bob = await ClassicClient.JoinAsync(server);
        var line = NewText();
        await alice.SayAsync(line);
        await bob.ExpectLineAsync(line);
        await shared.AssertUndisturbedAsync();
    }

    [Fact]
    public async Task A_text_over_the_limit_is_an_error_and_the_connection_goes_on()
    {
        await using var alice = await ClassicClient.JoinAsync(server);
        await alice.SayAsync(new string('x', 16_385));
        Assert.False((await alice.ExpectAsync(f => f.TextOf("type") == "error")).Has("code"));
        await using var bob = await ClassicClient.JoinAsync(server);
        await alice.SayAsync("short");
        await bob.ExpectLineAsync("short");
    }

    [Fact]
    public async Task Who_is_too_fast_hears_of_it()
    {
        await using var own = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0.01"));
        await using var alice = await ClassicClient.JoinAsync(own);
        for (var i = 0; i < 30; i++) await alice.SayAsync($"line {i}");

        var error = await alice.ExpectAsync(f => f.TextOf("type") == "error");

        Assert.Equal(["type", "code", "message"], Fields(error));
        Assert.Equal("RATE_LIMITED", error.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public Task A_blank_name_in_the_address_is_let_in_and_closed_1008(string username) => Deadline.OneOfThreeAsync(async () =>
    {
        await using var client = await ClassicClient.ConnectAsync(server, username);
        var since = Stopwatch.StartNew();
        Assert.Equal(new Closed(1008, "Username required"), await client.ExpectCloseAsync());
        Assert.Empty(client.Frames);
        return since.Elapsed < TimeSpan.FromSeconds(4);
    }, "It is closed as late as if another name had been waited for.");

    [Theory]
    [InlineData("AIBot")]
    [InlineData("admin")]
    [InlineData("\u200b")]
    [InlineData("ann\nbob")]
    [InlineData("123456789012345678901234567890123")]
    public async Task A_name_that_may_not_be_is_closed_1008_with_the_reason(string username)
    {
        await using var client = await ClassicClient.ConnectAsync(server, username);
        var closed = await client.ExpectCloseAsync();
        Assert.Equal(1008, closed.Code);
        Assert.NotEmpty(closed.Reason);
    }

    [Fact]
    public async Task A_name_that_somebodys_session_has_claimed_is_closed_1008_with_the_reason()
    {
        await using var holder = await ChatClient.JoinAsync(server);
        await using var client = await ClassicClient.ConnectAsync(server, holder.Name.ToUpperInvariant());
        var closed = await client.ExpectCloseAsync();
        Assert.Equal(1008, closed.Code);
        Assert.NotEmpty(closed.Reason);
        Assert.NotEqual("Username required", closed.Reason);
    }

    [Fact]
    public async Task The_older_opening_brings_the_name_as_the_first_frame()
    {
        var name = ChatClient.NewName();
        await using var client = await ClassicClient.ConnectAsync(server, null);
        await client.SendTextAsync($$"""{"username":"{{name}}"}""");

        var connected = await client.ExpectAsync(f => f.TextOf("type") == "connected");

        Assert.Equal(name, connected.TextOf("username"));
        await client.ExpectAsync(f => f.TextOf("type") == "history");
        await using var bob = await ClassicClient.JoinAsync(server);
        await client.SayAsync("from a script");
        Assert.Equal(name, (await bob.ExpectLineAsync("from a script")).TextOf("sender"));
    }

    [Theory]
    [InlineData("{\"text\":\"hello\"}")]
    [InlineData("{\"username\":\" \"}")]
    [InlineData("hello")]
    public async Task An_older_opening_without_a_name_is_closed_1008(string first)
    {
        await using var client = await ClassicClient.ConnectAsync(server, null);
        await client.SendTextAsync(first);
        Assert.Equal(1008, (await client.ExpectCloseAsync()).Code);
    }

    [Fact]
    public async Task Without_a_name_in_the_address_the_first_frame_is_waited_for_five_seconds()
    {
        var waited = Stopwatch.StartNew();
        await using var client = await ClassicClient.ConnectAsync(server, null);
        Assert.Equal(new Closed(1008, "Username required"), await client.ExpectCloseAsync());
        Assert.True(waited.Elapsed >= TimeSpan.FromSeconds(4), $"It took only {waited.Elapsed}.");
    }

    [Fact]
    public async Task The_bot_is_asked_in_front_of_everybody_and_answers_everybody_whole()
    {
        await using var alice = await ClassicClient.JoinAsync(server);
        await using var bob = await ClassicClient.JoinAsync(server);
        await using var v1 = await ChatClient.JoinAsync(server);
        var question = $"/AIBot what is Python? {Guid.NewGuid():N}";

        await alice.SayAsync(question);

        await bob.ExpectLineAsync(question);
        var answered = await v1.ExpectAsync(f => f.Type == "answered");
        foreach (var client in new[] { alice, bob })
        {
            var answer = await client.ExpectAsync(f => f.TextOf("sender") == "AIBot");
            Assert.Equal(answered.TextOf("text"), answer.TextOf("text"));
            Assert.Equal(["sender", "text"], Fields(answer));
            Assert.Single(client.Frames, f => f.TextOf("sender") == "AIBot");
        }
        Assert.DoesNotContain(alice.Frames, f => f.TextOf("text") == question);
        await using var later = await ClassicClient.JoinAsync(server);
        var stored = later.Frames[1]["messages"].EnumerateArray().ToArray()[^2..];
        Assert.Equal([question, answered.TextOf("text")], stored.Select(m => m.GetProperty("text").GetString()));
        Assert.Equal(["user_message", "ai_response"], stored.Select(m => m.GetProperty("msg_type").GetString()));
    }

    [Fact]
    public async Task A_running_answer_is_not_in_the_history_until_it_is_whole()
    {
        // A slower bot where the machine stood still for the whole of an answer.
        await Deadline.OneOfAsync(["60", "400"], ComesInTheMiddleAsync, "It was over each time before anybody could come in the middle.");
    }

    static async Task<bool> ComesInTheMiddleAsync(string delay)
    {
        const string Question = "what is a queue?";
        await using var own = await ServerProcess.StartAsync(("Ai__MockDelayMs", delay));
        await using var alice = await ClassicClient.JoinAsync(own);
        await using var v1 = await ChatClient.JoinAsync(own);
        await alice.SayAsync($"/AIBot {Question}");
        await v1.ExpectAsync(f => f.Type == "ai_delta");

        await using var late = await ClassicClient.JoinAsync(own);

        var history = late.Frames[1]["messages"].EnumerateArray().ToArray();
        if (history.Length == 2 && history[1].GetProperty("text").GetString() == MockChatClient.AnswerTo(Question)) return false;
        Assert.Single(history);
        var patience = TimeSpan.FromMinutes(2);
        var answer = await late.ExpectAsync(f => f.TextOf("sender") == "AIBot", patience);
        Assert.Equal((await v1.ExpectAsync(f => f.Type == "answered", patience)).TextOf("text"), answer.TextOf("text"));
        return true;
    }
}
