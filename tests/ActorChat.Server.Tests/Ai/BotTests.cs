using System.Text;
using ActorChat.Server.Ai;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Ai;

[Collection(SharedServerTests.Name)]
public sealed class BotTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    /// <summary>Asks, and waits for the message with which the answer begins.</summary>
    static async Task<(long Asked, Frame Begun)> AskAsync(ChatClient client, string question)
    {
        var asked = await client.SaidAsync(question);
        return (asked, await client.ExpectAsync(f => f.Type == "message" && f.TextOf("kind") == "ai_response" && f["reply_to"].GetInt64() == asked));
    }

    static Task<Frame> AnsweredAsync(ChatClient client, Frame begun) =>
        client.ExpectAsync(f => f.Type == "answered" && f["message"].GetInt64() == begun.Seq, TimeSpan.FromMinutes(2));

    static IEnumerable<Frame> Deltas(ChatClient client, Frame begun) => client.Frames.Where(f => f.Type == "ai_delta" && f["message"].GetInt64() == begun.Seq);

    /// <summary>The pieces joined; fails where one does not begin where the last ended.</summary>
    static string Joined(IEnumerable<Frame> deltas)
    {
        var text = new StringBuilder();
        foreach (var delta in deltas)
        {
            Assert.Equal(text.Length, delta["offset"].GetInt32());
            text.Append(delta.TextOf("text"));
        }
        return text.ToString();
    }

    [Fact]
    public async Task The_question_is_shown_as_typed_and_the_answer_begins_and_ends_durably()
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
        Assert.True(answered.Has("html"));
        Assert.True(answered.Seq > begun.Seq);
    }

    [Fact]
    public async Task The_pieces_join_without_a_hole_to_exactly_the_answer_for_everybody()
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
    public async Task The_first_subject_that_the_question_names_is_answered(string question, string subject)
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var (_, begun) = await AskAsync(ann, $"/AIBot {question}");
        var text = (await AnsweredAsync(ann, begun)).TextOf("text")!;
        Assert.Contains(subject, text[..60], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_question_about_nothing_that_it_knows_is_repeated_with_what_it_can_help_with()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var (_, begun) = await AskAsync(ann, "/AIBot who will win the game?");
        var text = (await AnsweredAsync(ann, begun)).TextOf("text")!;
        Assert.Contains("who will win the game?", text, StringComparison.Ordinal);
        foreach (var subject in new[] { "Python", "async", "WebSocket", "event", "database" }) Assert.Contains(subject, text, StringComparison.OrdinalIgnoreCase);
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
        var (_, begun) = await AskAsync(ann, "/AIBot python"); // whatever the bot had to say to the first would have begun by now
        await AnsweredAsync(ann, begun);
        Assert.DoesNotContain(ann.Events, e => e.Has("reply_to") && e["reply_to"].GetInt64() == said);
    }

    [Promise("P9")]
    [Fact]
    public async Task A_question_whose_key_is_repeated_is_answered_once()
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
    public async Task Who_comes_in_the_middle_gets_the_text_so_far_and_then_goes_on()
    {
        // A slower bot where the machine stood still for the whole of an answer.
        await Deadline.OneOfAsync(["40", "400"], ComesInTheMiddleAsync, "It was over each time before anybody could come in the middle.");
    }

    static async Task<bool> ComesInTheMiddleAsync(string delay)
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
    public async Task Several_answers_run_at_once_and_each_is_whole()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        var asked = await Task.WhenAll(new[] { "python", "async", "websocket", "queue", "sqlite", "nothing" }.Select(q => ann.SaidAsync($"/AIBot {q}")));
        foreach (var question in asked)
        {
            var begun = await ann.ExpectAsync(f => f.Type == "message" && f.Has("reply_to") && f["reply_to"].GetInt64() == question);
            var answered = await AnsweredAsync(ann, begun);
            Assert.Equal(answered.TextOf("text"), Joined(Deltas(ann, begun)));
        }
    }

    [Fact]
    public async Task In_history_an_answer_is_as_it_is_now_and_in_the_log_as_it_was_announced()
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
    public async Task An_answer_that_a_kill_cut_off_is_closed_as_interrupted_with_what_it_had_said()
    {
        const string Question = "what is a database?";
        await using var own = await ServerProcess.StartAsync(("Ai__MockDelayMs", "400"));
        await using var ann = await ChatClient.JoinAsync(own);
        var (asked, begun) = await AskAsync(ann, $"/AIBot {Question}");
        await ann.ExpectAsync(f => f.Type == "ai_delta" && f["offset"].GetInt32() > 60); // more than four seconds of it: some has been saved

        await own.KillAsync();
        await own.StartAgainAsync();

        await using var back = await ChatClient.ReturnAsync(own, ann.Token, ann.Epoch, begun.Seq);
        var end = Assert.Single(back.Frames[1]["events"].EnumerateArray());
        Assert.Equal(("answered", "interrupted"), (end.GetProperty("type").GetString(), end.GetProperty("state").GetString()));
        Assert.Equal(begun.Seq, end.GetProperty("message").GetInt64());
        var kept = end.GetProperty("text").GetString()!;
        Assert.NotEmpty(kept);
        // Of the whole answer: what was saved in the last moment may not have been on its way to anybody yet.
        Assert.StartsWith(kept, MockChatClient.AnswerTo(Question), StringComparison.Ordinal);
        Assert.StartsWith(Joined(Deltas(ann, begun)), MockChatClient.AnswerTo(Question), StringComparison.Ordinal);
        Assert.DoesNotContain(back.Frames, f => f.Type == "ai_delta");
        var (_, next) = await AskAsync(back, "/AIBot python");
        Assert.Equal("running", next.TextOf("state"));
        Assert.True(asked < begun.Seq);
    }
}
