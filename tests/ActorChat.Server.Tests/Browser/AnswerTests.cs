using System.Text.Json;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>The mock bot repeats a question it does not understand word by word: a long question makes a long answer.</summary>
[Collection(SharedRoom.Name)]
public sealed class AnswerTests(Chromium chromium, SharedRoom room)
{
    // Records the text of the newest answer in every frame.
    const string Watch = """
        globalThis.seen = [];
        const look = () => {
          const row = [...document.querySelectorAll("#timeline .row.bot")].at(-1);
          const text = row?.querySelector(".message-text").textContent ?? "";
          if (row && seen.at(-1)?.text !== text) seen.push({ text, caret: Boolean(row.querySelector(".caret")) });
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
        """;

    // A long answer takes 15 seconds, and longer on a busy machine.
    const float Whole = 120_000;

    [SkippableFact]
    public async Task An_answer_streams_with_a_caret_and_ends_as_the_stored_text()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        await ann.Page.EvaluateAsync($"() => {{ {Watch} seen.length = 0; }}");
        var question = Question(40);

        // Each delta is released after the previous one was rendered, so their number does not depend on the speed of the machine.
        line.HoldAnswers();
        await ann.SayAsync($"/AIBot {question}");
        var answer = ann.Rows.Filter(new() { HasText = "You asked" }).Filter(new() { HasText = question[..20] });
        await line.ReleaseOneByOneAsync(ann, answer);
        await Expect(answer.Locator(".ai")).ToBeVisibleAsync();
        await Expect(answer).ToHaveAttributeAsync("data-state", "done");
        await Expect(answer.Locator(".caret")).ToHaveCountAsync(0);

        var stored = await StoredAnswerAsync(question);
        await Expect(answer.Locator(".message-text")).ToHaveTextAsync(stored);
        await Expect(answer.Locator(".note")).ToContainTextAsync("mock");
        var seen = await GrowthAsync(ann, stored, question);
        Assert.True(seen.Length > 10, $"It was shown in only {seen.Length} steps.");
        Assert.All(seen[..^1], step => Assert.True(step.Caret));
        await Expect(ann.Row($"/AIBot {question}").Locator(".command")).ToHaveTextAsync("/AIBot");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task A_running_answer_continues_after_a_reload_without_lost_or_duplicated_characters()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.Page.AddInitScriptAsync(Watch);
        var question = Question(500); // long enough to be still running after the reload
        await ann.SayAsync($"/AIBot {question}");
        // The browser has stored a part of the answer: the replay must not duplicate it.
        await Deadline.UntilAsync(
            async () => await ann.StoredCountAsync("(m) => m.state === 'running' && m.text.length > 50") > 0, Person.Patience, () =>
                "No part of the answer was stored.");

        await ann.Page.ReloadAsync();
        // The answer must be still running after the reload, or the test proves nothing.
        await ann.WaitUntilAsync("() => seen.some((step) => step.caret && step.text.includes('You asked'))");
        var answer = ann.Rows.Last;
        await Expect(answer).ToHaveAttributeAsync("data-state", "done", new() { Timeout = Whole });

        var stored = await StoredAnswerAsync(question);
        await Expect(answer.Locator(".message-text")).ToHaveTextAsync(stored);
        Assert.True((await GrowthAsync(ann, stored, question)).Length > 3);
        ann.AssertClean();
    }

    // Words that the bot does not know, with emojis, so that a split surrogate pair would be visible.
    static string Question(int words) => $"{Guid.NewGuid():N} " + string.Join(' ', Enumerable.Range(1, words).Select(n => $"{n}👩‍🚀é"));

    static async Task<Step[]> GrowthAsync(Person person, string stored, string question)
    {
        await person.WaitForFramesAsync(); // an update without a frame is recorded only with the next one
        var seen = JsonSerializer.Deserialize<Step[]>(await person.Page.EvaluateAsync<string>("JSON.stringify(seen)"),
            JsonSerializerOptions.Web)!;
        // An earlier answer or an empty row may have been recorded first.
        var own = seen.SkipWhile(step => !step.Text.Contains(question[..8], StringComparison.Ordinal)).ToArray();
        Assert.All(own, step => Assert.StartsWith(step.Text, stored, StringComparison.Ordinal));
        Assert.Equal(stored, own[^1].Text);
        return own;
    }

    async Task<string> StoredAnswerAsync(string question)
    {
        await using var reader = await ChatClient.JoinAsync(room.Server);
        var page = await reader.AskAsync(new { type = "history", conversation = "default", before = reader.Head + 1, limit = 100 });
        var texts = page["messages"].EnumerateArray().Where(m => m.GetProperty("kind").GetString() == "ai_response")
            .Select(m => m.GetProperty("text").GetString()!);
        return Assert.Single(texts, text => text.Contains(question, StringComparison.Ordinal));
    }

    sealed record Step(string Text, bool Caret);
}
