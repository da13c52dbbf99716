using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Reconnecting on request; tests/web/net has all other cases.</summary>
[Collection(SharedRoom.Beside)]
public sealed class ReconnectTests(Chromium chromium, SharedRoom room)
{
    [SkippableFact]
    public async Task Try_now_reconnects_at_once_and_moves_the_focus_to_the_composer()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        // The longest possible waits: after the third attempt the page waits four seconds, so it does not reconnect by itself before the
        // button is pressed.
        await ann.Page.EvaluateAsync("() => { Math.random = () => 0.99; }");
        line.Disconnect();
        await Deadline.UntilAsync(() => line.Refused >= 3, "The page did not try again.");
        await ann.WaitUntilAsync("() => document.querySelector('.head').dataset.link === 'waiting'");
        line.AllowReconnect();
        await ann.Banner.GetByRole(AriaRole.Button, new() { Name = "Try now" }).FocusAsync();
        await ann.Page.Keyboard.PressAsync("Enter");
        await ann.WaitUntilLiveAsync();
        await Expect(ann.Banner).ToBeHiddenAsync();
        // The button is gone, so whoever pressed it by keyboard continues in the composer.
        await Expect(ann.Composer).ToBeFocusedAsync();
        ann.AssertClean();
    }
}
