using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>The command of the bot, completed after a slash.</summary>
[Collection(SharedRoom.Name)]
public sealed class CompletionTests(Chromium chromium, SharedRoom room)
{
    [SkippableTheory]
    [InlineData("/", "Enter")]
    [InlineData("/ai", "Tab")]
    [InlineData("/AIB", "click")]
    public async Task The_command_is_offered_after_a_slash_and_taken_by_Enter_Tab_or_click(string typed, string by)
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        await ann.Composer.PressSequentiallyAsync(typed);
        var option = ann.Page.GetByRole(Microsoft.Playwright.AriaRole.Option, new() { Name = "/AIBot" });
        await Expect(option).ToBeVisibleAsync();
        await Expect(option).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(ann.Composer).ToHaveAttributeAsync("aria-activedescendant", (await option.GetAttributeAsync("id"))!);

        if (by == "click") await option.ClickAsync();
        else await ann.Page.Keyboard.PressAsync(by);
        await Expect(ann.Composer).ToHaveValueAsync("/AIBot ");
        await Expect(ann.Composer).ToBeFocusedAsync();
        await Expect(option).ToBeHiddenAsync();
        Assert.Empty(line.SentOf("send"));

        await ann.Page.Keyboard.TypeAsync(ann.Name);
        await ann.Page.Keyboard.PressAsync("Enter");
        await Expect(ann.Page.Locator(".row.bot").Filter(new() { HasText = $"You asked: “{ann.Name}”" })).ToHaveAttributeAsync("data-state", "done");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Esc_leaves_the_slash_as_it_is_and_it_can_be_sent()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.Composer.PressSequentiallyAsync("/");
        await Expect(Offer(ann)).ToBeVisibleAsync();
        await ann.Page.Keyboard.PressAsync("Escape");
        await Expect(Offer(ann)).ToBeHiddenAsync();
        await Expect(ann.Composer).ToHaveValueAsync("/");
        await Expect(ann.Composer).ToBeFocusedAsync();
        await ann.Page.Keyboard.PressAsync("Enter");
        await Expect(ann.Settled("/").Last).ToBeVisibleAsync();
        ann.AssertClean();
    }

    [SkippableTheory]
    [InlineData("see /")]
    [InlineData("either/")]
    [InlineData("/AIBot /")]
    [InlineData("/x")]
    [InlineData("line\n/")]
    public async Task Nothing_is_offered_in_the_middle_of_a_text(string text)
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.Composer.FillAsync(text);
        await Expect(ann.Composer).ToHaveValueAsync(text);
        await Expect(Offer(ann)).ToBeHiddenAsync();
        // It does work: what was seen above was not just too early.
        await ann.Composer.FillAsync("/");
        await Expect(Offer(ann)).ToBeVisibleAsync();
        ann.AssertClean();
    }

    [SkippableTheory]
    [InlineData("Enter", "{ isComposing: true }")]
    [InlineData("Tab", "{ isComposing: true }")]
    [InlineData("Enter", "{ keyCode: 229 }")]
    public async Task Keys_of_an_input_method_take_nothing(string key, string mark)
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.Composer.PressSequentiallyAsync("/");
        await Expect(Offer(ann)).ToBeVisibleAsync();
        await PressAsync(mark);
        await Expect(ann.Composer).ToHaveValueAsync("/");
        await PressAsync("{}");
        await Expect(ann.Composer).ToHaveValueAsync("/AIBot ");
        ann.AssertClean();

        Task PressAsync(string with) => ann.Composer.EvaluateAsync(
            $"el => el.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true, cancelable: true, ...{with} }}))");
    }

    static Microsoft.Playwright.ILocator Offer(Person person) => person.Page.Locator("#complete");
}
