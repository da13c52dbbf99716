using System.Text.Json;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>The bot without a model repeats a question it does not understand: a long one makes a long answer, word by word.</summary>
[Collection(SharedRoom.Name)]
public sealed class AnswerTests(Chromium chromium, SharedRoom room)
{
    // Looks at the newest answer with every frame, from before the first script on.
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

    // A long answer takes a quarter of a minute, and longer where the machine stands still.
    const float Whole = 120_000;

    [SkippableFact]
    public async Task An_answer_appears_with_a_caret_grows_and_ends_as_the_text_that_is_stored()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        await ann.Page.EvaluateAsync($"() => {{ {Watch} seen.length = 0; }}");
        var question = Question(40);

        // A piece comes when the one before it is drawn: how many are seen is not a matter of how fast this machine draws.
        line.HoldAnswers();
        await ann.SayAsync($"/AIBot {question}");
        var answer = ann.Rows.Filter(new() { HasText = "You asked" }).Filter(new() { HasText = question[..20] });
        await line.LetGoAsync(ann, answer);
        await Expect(answer.Locator(".ai")).ToBeVisibleAsync();
        await Expect(answer).ToHaveAttributeAsync("data-state", "done");
        await Expect(answer.Locator(".caret")).ToHaveCountAsync(0);

        var stored = await StoredAnswerAsync(question);
        await Expect(answer.Locator(".message-text")).ToHaveTextAsync(stored);
        await Expect(answer.Locator(".note")).ToContainTextAsync("mock");
        var seen = await GrowthAsync(ann, stored, question);
        Assert.True(seen.Length > 10, $"It came in {seen.Length} pieces only.");
        Assert.All(seen[..^1], step => Assert.True(step.Caret));
        await Expect(ann.Row($"/AIBot {question}").Locator(".command")).ToHaveTextAsync("/AIBot");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task An_answer_goes_on_after_a_reload_without_a_character_doubled_or_lost()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.Page.AddInitScriptAsync(Watch);
        var question = Question(500); // for longer than a machine stands still
        await ann.SayAsync($"/AIBot {question}");
        // This browser has kept a part of it: what the server says again must not be added to that.
        await Deadline.UntilAsync(
            async () => await ann.KeptAsync("(m) => m.state === 'running' && m.text.length > 50") > 0, Person.Patience, () => "Nothing of the answer was kept.");

        await ann.Page.ReloadAsync();
        // It still runs when the page is back: else this would say nothing.
        await ann.HoldsAsync("() => seen.some((step) => step.caret && step.text.includes('You asked'))");
        var answer = ann.Rows.Last;
        await Expect(answer).ToHaveAttributeAsync("data-state", "done", new() { Timeout = Whole });

        var stored = await StoredAnswerAsync(question);
        await Expect(answer.Locator(".message-text")).ToHaveTextAsync(stored);
        Assert.True((await GrowthAsync(ann, stored, question)).Length > 3);
        ann.AssertClean();
    }

    // Of words that the bot knows nothing about; half of an emoji would show.
    static string Question(int words) => $"{Guid.NewGuid():N} " + string.Join(' ', Enumerable.Range(1, words).Select(n => $"{n}👩‍🚀é"));

    static async Task<Step[]> GrowthAsync(Person person, string stored, string question)
    {
        await person.FramesAsync(); // without one for a while the page draws, and nobody has looked
        var seen = JsonSerializer.Deserialize<Step[]>(await person.Page.EvaluateAsync<string>("JSON.stringify(seen)"), JsonSerializerOptions.Web)!;
        // Before the answer there may have been another one, or an empty row.
        var own = seen.SkipWhile(step => !step.Text.Contains(question[..8], StringComparison.Ordinal)).ToArray();
        Assert.All(own, step => Assert.StartsWith(step.Text, stored, StringComparison.Ordinal));
        Assert.Equal(stored, own[^1].Text);
        return own;
    }

    async Task<string> StoredAnswerAsync(string question)
    {
        await using var reader = await ChatClient.JoinAsync(room.Server);
        var page = await reader.AskAsync(new { type = "history", conversation = "default", before = reader.Head + 1, limit = 100 });
        var texts = page["messages"].EnumerateArray().Where(m => m.GetProperty("kind").GetString() == "ai_response").Select(m => m.GetProperty("text").GetString()!);
        return Assert.Single(texts, text => text.Contains(question, StringComparison.Ordinal));
    }

    sealed record Step(string Text, bool Caret);
}
