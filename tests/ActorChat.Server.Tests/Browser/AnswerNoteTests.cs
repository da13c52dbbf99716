using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>The note under a finished or failed answer.</summary>
[Collection(SharedRoom.Name)]
public sealed class AnswerNoteTests(Chromium chromium, SharedRoom room)
{
    [SkippableFact]
    public async Task A_failed_answer_keeps_its_text_and_reports_the_failure_on_screen_and_to_screen_readers()
    {
        var line = new SocketProxy
        {
            Change = frame =>
            {
                if ((string?)frame["type"] != "answered") return;
                (frame["state"], frame["error"]) = ("failed", "The model could not be reached or broke off.");
                frame.Remove("usage");
            },
        };
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        await ann.SayAsync($"/AIBot {ann.Name}");
        var row = ann.Page.Locator(".row.bot").Filter(new() { HasText = $"You asked: “{ann.Name}”" });

        await Expect(row).ToHaveAttributeAsync("data-state", "failed");
        await Expect(row.Locator(".note")).ToContainTextAsync("The answer failed.");
        await Expect(row.Locator(".note")).ToContainTextAsync("broke off. The text so far is kept.");
        await Expect(row.Locator(".note .icon").First).ToBeVisibleAsync();
        await Expect(row.Locator(".caret")).ToHaveCountAsync(0);
        await Expect(ann.Page.Locator("#announcer")).ToContainTextAsync("The answer failed.");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task The_context_of_an_answer_opens_by_mouse_and_by_keyboard()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.SaidAsync($"seen by the bot {ann.Name}");
        await ann.SayAsync($"/AIBot {ann.Name}");
        var row = ann.Page.Locator(".row.bot").Filter(new() { HasText = $"You asked: “{ann.Name}”" });
        await Expect(row).ToHaveAttributeAsync("data-state", "done");
        await Expect(row.Locator(".note")).ToContainTextAsync("mock · ");
        await Expect(row.Locator(".note")).ToContainTextAsync(" tokens");
        var asked = (await ann.Rows.Filter(new() { HasText = $"/AIBot {ann.Name}" }).GetAttributeAsync("data-seq"))!;
        var button = row.GetByRole(AriaRole.Button, new() { Name = "Context" });
        var saw = row.Locator(".context");
        await Expect(saw).ToBeHiddenAsync();

        await button.ClickAsync();
        await Expect(button).ToHaveAttributeAsync("aria-expanded", "true");
        await Expect(saw).ToBeVisibleAsync();
        await Expect(saw).ToContainTextAsync(" messages, from #");
        await Expect(saw.Locator("a").Last).ToHaveAttributeAsync("href", $"#/c/default/m/{asked}");
        var first = (await saw.Locator("a").First.GetAttributeAsync("href"))!;
        Assert.Matches(@"^#/c/default/m/\d+$", first);

        await row.FocusAsync();
        await Deadline.UntilAsync(async () =>
        {
            await ann.Page.Keyboard.PressAsync("Tab");
            return await button.EvaluateAsync<bool>("el => el === document.activeElement");
        }, Person.Patience, () => "The button cannot be reached by keyboard.");
        await ann.Page.Keyboard.PressAsync("Enter");
        await Expect(saw).ToBeHiddenAsync();
        await button.ClickAsync();
        await saw.Locator("a").First.ClickAsync();
        Assert.EndsWith(first, ann.Page.Url, StringComparison.Ordinal);
        await Expect(ann.Page.Locator($"[data-seq='{first.Split('/')[^1]}']")).ToBeInViewportAsync();
        ann.AssertClean();
    }
}
