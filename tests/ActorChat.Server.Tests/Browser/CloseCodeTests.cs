using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>One close code of each kind; tests/web/net has all of them.</summary>
[Collection(SharedRoom.Beside)]
public sealed class CloseCodeTests(Chromium chromium, SharedRoom room)
{
    [SkippableTheory]
    [InlineData(4000)]
    [InlineData(4100)]
    public async Task Codes_below_4400_bring_the_page_back_by_itself_with_its_cursor_or_afresh(int code)
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        await ann.SaidAsync($"before {code} {ann.Name}");
        line.Drop(code);
        await Deadline.UntilAsync(() => line.Connections == 2, "The page did not come back.");
        // What is drawn may be as old as the line that was lost.
        await Deadline.UntilAsync(() => line.Told("live") == 2, "The page did not come back to life.");
        await ann.LiveAsync();

        var cursor = line.SentOf("hello").ElementAt(1)["resume"]?["cursors"]?["default"];
        Assert.Equal(code != 4100, cursor is not null);
        await ann.SaidAsync($"after {code} {ann.Name}");
        await Expect(ann.Settled($"before {code} {ann.Name}")).ToHaveCountAsync(1);
        ann.AssertClean();
    }

    [SkippableTheory]
    [InlineData(4409, "Too many windows")]
    public async Task Other_codes_stop_it_until_somebody_asks_and_it_says_why(int code, string why)
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        line.Drop(code);

        await Expect(ann.Banner).ToContainTextAsync("Disconnected.");
        await Expect(ann.Banner).ToContainTextAsync(why);
        await ann.Page.EvaluateAsync("() => { dispatchEvent(new Event('online')); document.dispatchEvent(new Event('visibilitychange')); }");
        await ann.SayAsync($"stays here {ann.Name}");
        await Expect(ann.Row($"stays here {ann.Name}")).ToHaveAttributeAsync("data-state", "sending");
        Assert.Equal(1, line.Connections);

        await ann.Banner.GetByRole(AriaRole.Button, new() { Name = "Reconnect" }).ClickAsync();
        await Deadline.UntilAsync(() => line.Told("live") == 2, "The page did not come back.");
        Assert.Equal(2, line.Connections);
        await ann.LiveAsync();
        await Expect(ann.Settled($"stays here {ann.Name}")).ToHaveCountAsync(1);
        await Expect(ann.Banner).ToBeHiddenAsync();
        ann.AssertClean();
    }
}
