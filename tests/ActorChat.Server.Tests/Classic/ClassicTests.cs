using ActorChat.Server.Ai;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Classic;

/// <summary>The dialect of the former chat's page and scripts.</summary>
[Collection(SharedServerTests.Name)]
public sealed class ClassicTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    static string NewText() => $"line {Guid.NewGuid():N}";

    static string[] Fields(Frame frame) => [.. frame.Json.EnumerateObject().Select(p => p.Name)];

    [Fact]
    public async Task A_client_gets_connected_and_then_the_history_oldest_first()
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
        var newest = messages[^1];
        Assert.Equal(["sender", "text", "msg_type", "timestamp"], newest.EnumerateObject().Select(field => field.Name));
        Assert.Equal((v1.Name, "user_message"), (newest.GetProperty("sender").GetString(), newest.GetProperty("msg_type").GetString()));
        Assert.True(DateTimeOffset.TryParse(newest.GetProperty("timestamp").GetString(), out _));
    }

    [Fact]
    public async Task The_history_contains_the_newest_thousand_messages()
    {
        await using var v1 = await ChatClient.JoinAsync(server);
        var texts = Enumerable.Range(0, 1001).Select(_ => NewText()).ToArray();
        await Task.WhenAll(texts.Select(t => v1.SaidAsync(t)));

        await using var alice = await ClassicClient.JoinAsync(server);

        Assert.Equal(1000, alice.Frames[1]["count"].GetInt32());
        Assert.Equal(texts[1..], alice.Frames[1]["messages"].EnumerateArray().Select(m => m.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task A_line_reaches_all_clients_except_its_sender()
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
    public async Task Two_connections_with_one_name_are_one_user_and_each_gets_the_lines_of_the_other()
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
    public async Task A_frame_that_is_not_JSON_gets_an_error_and_the_connection_stays_open(string frame)
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
    public async Task A_text_over_the_limit_gets_an_error_and_the_connection_stays_open()
    {
        await using var alice = await ClassicClient.JoinAsync(server);
        await alice.SayAsync(new string('x', 16_385));
        Assert.False((await alice.ExpectAsync(f => f.TextOf("type") == "error")).Has("code"));
        await using var bob = await ClassicClient.JoinAsync(server);
        await alice.SayAsync("short");
        await bob.ExpectLineAsync("short");
    }

    [Fact]
    public async Task A_client_over_the_rate_gets_an_error()
    {
        await using var own = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0.01"));
        await using var alice = await ClassicClient.JoinAsync(own);
        for (var i = 0; i < 30; i++) await alice.SayAsync($"line {i}");

        var error = await alice.ExpectAsync(f => f.TextOf("type") == "error");

        Assert.Equal(["type", "code", "message"], Fields(error));
        Assert.Equal("RATE_LIMITED", error.Code);
    }

    [Fact]
    public async Task A_question_to_the_bot_and_its_whole_answer_reach_everyone()
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
    public Task A_running_answer_is_not_in_the_history_until_it_ends() =>
        // The second attempt has a slower bot, because the machine may pause for the whole answer.
        Deadline.OneOfAsync(["60", "400"], JoinDuringAnswerAsync, "The answer ended each time before the client joined.");

    static async Task<bool> JoinDuringAnswerAsync(string delay)
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
        var timeout = TimeSpan.FromMinutes(2);
        var answer = await late.ExpectAsync(f => f.TextOf("sender") == "AIBot", timeout);
        Assert.Equal((await v1.ExpectAsync(f => f.Type == "answered", timeout)).TextOf("text"), answer.TextOf("text"));
        return true;
    }
}
