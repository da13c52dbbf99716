using System.Diagnostics;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>What the page does for each close code in docs/protocol.md.</summary>
[Collection(SharedRoom.Beside)]
public sealed class CloseCodeTests(Chromium chromium, SharedRoom room)
{
    [SkippableTheory]
    [InlineData(4000)]
    [InlineData(4001)]
    [InlineData(4002)]
    [InlineData(4003)]
    [InlineData(4029)]
    [InlineData(4100)]
    public async Task Codes_below_4400_bring_the_page_back_by_itself_with_its_cursor_or_afresh(int code)
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        await ann.SaidAsync($"before {code} {ann.Name}");
        var since = Stopwatch.StartNew();
        line.Drop(code);
        await Deadline.UntilAsync(() => line.Connections == 2, "The page did not come back.");
        if (code == 4029) Assert.True(since.Elapsed > TimeSpan.FromSeconds(4.9), "It did not wait.");
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
    [InlineData(4400, "could not read this page’s message")]
    [InlineData(4403, "removed from this room")]
    [InlineData(4406, "newer language")]
    [InlineData(4408, "did not hear a greeting")]
    [InlineData(4409, "Too many windows")]
    [InlineData(4413, "larger than the server accepts")]
    [InlineData(4499, "4499")]
    [InlineData(1003, "text only")]
    [InlineData(1008, "does not let this page in")]
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
