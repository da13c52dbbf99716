using ActorChat.Server.Ai;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using static ActorChat.Server.Tests.Ai.Answers;

namespace ActorChat.Server.Tests.Ai;

[Collection(SharedServerTests.Name)]
public sealed class BotTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    [Fact]
    public async Task The_question_is_unchanged_and_the_answer_has_a_durable_begin_and_end()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        await using var bob = await ChatClient.JoinAsync(server);

        var (asked, begun) = await AskAsync(ann, "/AIBot   What about PYTHON?");

        var answered = await AnsweredAsync(bob, begun);
        Assert.Equal("/AIBot   What about PYTHON?", (await bob.ExpectEventAsync(asked)).TextOf("text"));
        Assert.Equal(("aibot", "AIBot"), (begun["sender"].GetProperty("id").GetString(), begun["sender"].GetProperty("name").GetString()));
        Assert.Equal(("running", "", "mock"), (begun.TextOf("state"), begun.TextOf("text"), begun.TextOf("model")));
        Assert.Equal(asked, begun["context"].GetProperty("to").GetInt64());
        Assert.True(begun["context"].GetProperty("messages").GetInt32() >= 1);
        Assert.Equal("done", answered.TextOf("state"));
        Assert.Contains("Python", answered.TextOf("text"), StringComparison.Ordinal);
        Assert.False(answered.Has("html"));
        Assert.True(answered.Seq > begun.Seq);
    }

    [Fact]
    public async Task The_pieces_form_exactly_the_answer_for_every_client()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        await using var bob = await ChatClient.JoinAsync(server);

        var (_, begun) = await AskAsync(ann, "/aibot how does async work?");

        foreach (var client in new[] { ann, bob })
        {
            var answered = await AnsweredAsync(client, begun);
            var deltas = Deltas(client, begun).ToArray();
            Assert.Equal(answered.TextOf("text"), Joined(deltas));
            Assert.All(deltas, d => Assert.False(d.Has("seq")));
        }
        Assert.Equal(Deltas(ann, begun).Select(d => d.Text), Deltas(bob, begun).Select(d => d.Text));
    }

    [Theory]
    [InlineData("tell me about Django", "Python")]
    [InlineData("FASTAPI or FLASK?", "Python")]
    [InlineData("python and async and websocket and event and sqlite", "Python")]
    [InlineData("how do I AWAIT a websocket?", "Async")]
    [InlineData("is that concurrent?", "Async")]
    [InlineData("bidirectional events in a database", "WebSocket")]
    [InlineData("why ws://?", "WebSocket")]
    [InlineData("is it real-time?", "WebSocket")]
    [InlineData("a queue in a database", "event")]
    [InlineData("one publisher", "event")]
    [InlineData("who is the consumer?", "event")]
    [InlineData("tell me of SQL", "database")]
    [InlineData("where is it, in a store?", "database")]
    [InlineData("what of persistence?", "database")]
    public async Task The_answer_is_about_the_first_subject_that_the_question_mentions(string question, string subject)
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var (_, begun) = await AskAsync(ann, $"/AIBot {question}");
        var text = (await AnsweredAsync(ann, begun)).TextOf("text")!;
        Assert.Contains(subject, text[..60], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_answer_to_an_unknown_subject_repeats_the_question_and_lists_the_subjects()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var (_, begun) = await AskAsync(ann, "/AIBot who will win the game?");
        var text = (await AnsweredAsync(ann, begun)).TextOf("text")!;
        Assert.Contains("who will win the game?", text, StringComparison.Ordinal);
        foreach (var subject in new[] { "Python", "async", "WebSocket", "event", "database" })
            Assert.Contains(subject, text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/AIBottle of water about python")]
    [InlineData("ask /AIBot about python")]
    [InlineData(" /AIBot python")]
    [InlineData("AIBot, python?")]
    public async Task Only_the_command_at_the_start_asks_the_bot(string text)
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var said = await ann.SaidAsync(text);
        var (_, begun) = await AskAsync(ann, "/AIBot python"); // an answer to the first message would have begun earlier
        await AnsweredAsync(ann, begun);
        Assert.DoesNotContain(ann.Events, e => e.Has("reply_to") && e["reply_to"].GetInt64() == said);
    }

    [Promise("P9")]
    [Fact]
    public async Task A_question_with_a_repeated_key_is_answered_once()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var key = ChatClient.NewKey();
        var asked = (await ann.SayAsync("/AIBot python", key)).Seq!.Value;
        await ann.SayAsync("/AIBot python", key);
        var begun = await ann.ExpectAsync(f => f.Type == "message" && f.Has("reply_to") && f["reply_to"].GetInt64() == asked);
        await AnsweredAsync(ann, begun);

        await ann.SayAsync("/AIBot python", key);

        var (_, next) = await AskAsync(ann, "/AIBot sqlite");
        await AnsweredAsync(ann, next);
        Assert.Single(ann.Events, e => e.Type == "message" && e.Has("reply_to") && e["reply_to"].GetInt64() == asked);
    }

    [Fact]
    public Task A_client_that_joins_during_an_answer_gets_the_text_so_far_and_then_the_rest() =>
        // The second attempt has a slower bot, because the machine may pause for the whole answer.
        Deadline.OneOfAsync(["40", "400"], JoinDuringAnswerAsync, "The answer ended each time before the client joined.");

    static async Task<bool> JoinDuringAnswerAsync(string delay)
    {
        await using var own = await ServerProcess.StartAsync(("Ai__MockDelayMs", delay));
        await using var ann = await ChatClient.JoinAsync(own);
        var (_, begun) = await AskAsync(ann, "/AIBot what is a database?");
        await ann.ExpectAsync(f => f.Type == "ai_delta" && f["offset"].GetInt32() > 30);

        await using var late = await ChatClient.JoinAsync(own);

        var ended = await AnsweredAsync(ann, begun);
        if (late.Head >= ended.Seq) return false;
        var answered = await AnsweredAsync(late, begun);
        var deltas = Deltas(late, begun).ToArray();
        if (deltas.Length <= 1) return false;
        Assert.True(deltas[0].TextOf("text")!.Length > 30);
        Assert.Equal(answered.TextOf("text"), Joined(deltas));
        var order = late.Frames.Select(f => f.Type).ToList();
        Assert.True(order.IndexOf("live") < order.IndexOf("ai_delta"));
        return true;
    }

    [Fact]
    public async Task Several_concurrent_answers_are_all_complete()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        string[] questions = ["python", "async", "websocket", "queue", "sqlite", "nothing"];
        var asked = await Task.WhenAll(questions.Select(question => ann.SaidAsync($"/AIBot {question}")));
        foreach (var question in asked)
        {
            var begun = await ann.ExpectAsync(f => f.Type == "message" && f.Has("reply_to") && f["reply_to"].GetInt64() == question);
            var answered = await AnsweredAsync(ann, begun);
            Assert.Equal(answered.TextOf("text"), Joined(Deltas(ann, begun)));
        }
    }

    [Fact]
    public async Task History_returns_the_folded_answer_and_pull_the_original_events()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var (_, begun) = await AskAsync(ann, "/AIBot python");
        var answered = await AnsweredAsync(ann, begun);

        var history = await ann.AskAsync(new { type = "history", conversation = "default", around = begun.Seq, limit = 1 });
        var pulled = await ann.AskAsync(new { type = "pull", conversation = "default", from = begun.Seq, to = answered.Seq });

        var folded = Assert.Single(history["messages"].EnumerateArray());
        Assert.Equal(begun.Seq, folded.GetProperty("seq").GetInt64());
        Assert.Equal(("done", answered.TextOf("text")), (folded.GetProperty("state").GetString(), folded.GetProperty("text").GetString()));
        var events = pulled["events"].EnumerateArray().ToArray();
        Assert.Equal(begun.Text, events[0].GetRawText());
        Assert.Equal(answered.Text, events[^1].GetRawText());
    }

    [Promise("P7")]
    [Fact]
    public async Task After_a_kill_a_running_answer_is_interrupted_and_keeps_its_saved_text()
    {
        const string Question = "what is a database?";
        await using var own = await ServerProcess.StartAsync(("Ai__MockDelayMs", "400"));
        await using var ann = await ChatClient.JoinAsync(own);
        var (asked, begun) = await AskAsync(ann, $"/AIBot {Question}");
        await ann.ExpectAsync(f => f.Type == "ai_delta" && f["offset"].GetInt32() > 60); // after over four seconds, some of it is saved

        await own.KillAsync();
        await own.StartAgainAsync();

        await using var back = await ChatClient.ReturnAsync(own, ann.Token, ann.Epoch, begun.Seq);
        var end = Assert.Single(back.Frames[1]["events"].EnumerateArray());
        Assert.Equal(("answered", "interrupted"), (end.GetProperty("type").GetString(), end.GetProperty("state").GetString()));
        Assert.Equal(begun.Seq, end.GetProperty("message").GetInt64());
        var kept = end.GetProperty("text").GetString()!;
        Assert.NotEmpty(kept);
        // Compared with the whole answer, because the last saved text may not have reached any client.
        Assert.StartsWith(kept, MockChatClient.AnswerTo(Question), StringComparison.Ordinal);
        Assert.StartsWith(Joined(Deltas(ann, begun)), MockChatClient.AnswerTo(Question), StringComparison.Ordinal);
        Assert.DoesNotContain(back.Frames, f => f.Type == "ai_delta");
        var (_, next) = await AskAsync(back, "/AIBot python");
        Assert.Equal("running", next.TextOf("state"));
        Assert.True(asked < begun.Seq);
    }
}
