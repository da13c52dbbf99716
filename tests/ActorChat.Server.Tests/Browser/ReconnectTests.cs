using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>What the page does about a line that ended, or that says nothing any more.</summary>
[Collection(SharedRoom.Beside)]
public sealed class ReconnectTests(Chromium chromium, SharedRoom room)
{
    [SkippableFact]
    public async Task Try_now_connects_at_once_and_the_focus_goes_to_the_composer()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        // The longest waits that chance can give: four seconds after the third try, so the page does not try by itself while the test presses the button.
        await ann.Page.EvaluateAsync("() => { Math.random = () => 0.99; }");
        line.Cut();
        await Deadline.UntilAsync(() => line.Refused >= 3, "The page did not try again.");
        await ann.HoldsAsync("() => document.querySelector('.head').dataset.link === 'waiting'");
        line.Mend();
        await ann.Banner.GetByRole(AriaRole.Button, new() { Name = "Try now" }).FocusAsync();
        await ann.Page.Keyboard.PressAsync("Enter");
        await ann.LiveAsync();
        await Expect(ann.Banner).ToBeHiddenAsync();
        // The button is gone, so whoever pressed it by keyboard continues in the composer.
        await Expect(ann.Composer).ToBeFocusedAsync();
        ann.AssertClean();
    }
}
