using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Completion of the bot command after a slash.</summary>
[Collection(SharedRoom.Name)]
public sealed class CompletionTests(Chromium chromium, SharedRoom room)
{
    [SkippableTheory]
    [InlineData("/", "Enter")]
    [InlineData("/AIB", "click")]
    public async Task The_bot_command_is_offered_after_a_slash_and_accepted_by_Enter_or_click(string typed, string by)
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
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
        await Expect(ann.Page.Locator(".row.bot").Filter(new() { HasText = $"You asked: “{ann.Name}”" }))
            .ToHaveAttributeAsync("data-state", "done");
        ann.AssertClean();
    }

    static Microsoft.Playwright.ILocator Offer(Person person) => person.Page.Locator("#complete");
}
