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
    public async Task After_a_recoverable_close_code_the_page_reconnects_by_itself_and_resumes_unless_the_code_forbids_it(int code)
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        await ann.SaidAsync($"before {code} {ann.Name}");
        line.Drop(code);
        await Deadline.UntilAsync(() => line.Connections == 2, "The page did not reconnect.");
        // The page may still show the state from before the loss.
        await Deadline.UntilAsync(() => line.CountReceived("live") == 2, "The page did not become live again.");
        await ann.WaitUntilLiveAsync();

        var cursor = line.SentOf("hello").ElementAt(1)["resume"]?["cursors"]?["default"];
        Assert.Equal(code != 4100, cursor is not null);
        await ann.SaidAsync($"after {code} {ann.Name}");
        await Expect(ann.Stored($"before {code} {ann.Name}")).ToHaveCountAsync(1);
        ann.AssertClean();
    }

    [SkippableTheory]
    [InlineData(4409, "Too many windows")]
    public async Task A_fatal_close_code_stops_the_page_with_a_reason_until_the_user_reconnects(int code, string why)
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        line.Drop(code);

        await Expect(ann.Banner).ToContainTextAsync("Disconnected.");
        await Expect(ann.Banner).ToContainTextAsync(why);
        await ann.Page.EvaluateAsync(
            "() => { dispatchEvent(new Event('online')); document.dispatchEvent(new Event('visibilitychange')); }");
        await ann.SayAsync($"stays here {ann.Name}");
        await Expect(ann.Row($"stays here {ann.Name}")).ToHaveAttributeAsync("data-state", "sending");
        Assert.Equal(1, line.Connections);

        await ann.Banner.GetByRole(AriaRole.Button, new() { Name = "Reconnect" }).ClickAsync();
        await Deadline.UntilAsync(() => line.CountReceived("live") == 2, "The page did not reconnect.");
        Assert.Equal(2, line.Connections);
        await ann.WaitUntilLiveAsync();
        await Expect(ann.Stored($"stays here {ann.Name}")).ToHaveCountAsync(1);
        await Expect(ann.Banner).ToBeHiddenAsync();
        ann.AssertClean();
    }
}
