using System.Diagnostics;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Name)]
public sealed class NotificationTests(Chromium chromium, SharedRoom room)
{
    // Records notifications instead of showing them.
    const string Recorded = """
        globalThis.rung = [];
        globalThis.Notification = class {
          static permission = "granted";
          static requestPermission = async () => "granted";
          constructor(title, options) { rung.push(`${title}: ${options.body}`); }
          close() {}
        };
        localStorage.setItem("actorchat.notify", "on");
        """;

    static async Task ListenAsync(IBrowserContext context)
    {
        await PageVisibility.ControlAsync(context);
        await context.AddInitScriptAsync(Recorded);
    }

    static async Task<string[]> NotificationsAsync(params IPage[] pages)
    {
        var rung = new List<string>();
        foreach (var page in pages) rung.AddRange(await page.EvaluateAsync<string[]>("rung"));
        return [.. rung];
    }

    /// <summary>Waits until one of this browser's tabs holds the notification lock.</summary>
    static Task WaitForNotifierAsync(Person person) => Deadline.UntilAsync(
        () => person.Page.EvaluateAsync<bool>("async () => (await navigator.locks.query()).held.some((lock) => lock.name === 'actorchat.bell')"), Person.Patience, () => "No tab holds the notification lock.");

    /// <summary>
    /// Sends a message that raises a notification, and returns all messages sent. Replayed messages raise none: if the page may have
    /// reconnected
    /// because the machine was paused, another message is sent.
    /// </summary>
    /// <param name="ben">The sender.</param>
    /// <param name="text">The text.</param>
    /// <param name="clock">Started when the page's connection was last known to be live.</param>
    /// <param name="pages">The tabs that may raise the notification.</param>
    static async Task<string[]> NotifyAsync(ChatClient ben, string text, Stopwatch clock, params IPage[] pages)
    {
        var said = new List<string>();
        bool stoodStill;
        do
        {
            said.Add(said.Count == 0 ? text : $"{text} {said.Count + 1}");
            await ben.SaidAsync(said[^1]);
            foreach (var page in pages)
                await Expect(page.Locator("#timeline .row[data-seq]").Filter(new() { HasText = said[^1] })).ToHaveCountAsync(1);
            stoodStill = PauseDetector.MayHaveReconnected(clock);
            clock.Restart();
        }
        while (stoodStill && said.Count < 6);
        await Deadline.UntilAsync(async () => (await NotificationsAsync(pages))
            .Any(rung => rung.EndsWith(said[^1], StringComparison.Ordinal)), Person.Patience, () => "No tab raised a notification.");
        return [.. said];
    }

    /// <summary>Only these messages raised notifications, each at most once.</summary>
    static async Task AssertNotifiedAsync(ChatClient ben, string[] said, IPage page)
    {
        var rung = await NotificationsAsync(page);
        Assert.Equal(said.Select(text => $"{ben.Name}: {text}").Where(rung.Contains), rung);
    }

    [SkippableFact]
    public async Task A_new_message_raises_a_notification_only_while_the_page_is_hidden()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: ListenAsync));
        await WaitForNotifierAsync(ann);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        var clock = Stopwatch.StartNew();
        await ben.SaidAsync($"seen {ann.Name}");
        await Expect(ann.Stored($"seen {ann.Name}")).ToHaveCountAsync(1);
        await PageVisibility.HideAsync(ann.Page);
        await AssertNotifiedAsync(ben, await NotifyAsync(ben, $"ring {ann.Name}", clock, ann.Page), ann.Page);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Only_one_of_two_tabs_raises_a_notification()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: ListenAsync));
        await WaitForNotifierAsync(ann);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        var other = await ann.Context.NewPageAsync();
        await other.GotoAsync(room.Server.Address.ToString());
        await other.Locator("html[data-live=true] .head[data-link=live]").WaitForAsync();
        await PageVisibility.HideAsync(ann.Page);
        await PageVisibility.HideAsync(other);

        var clock = Stopwatch.StartNew();
        var once = await NotifyAsync(ben, $"once {ann.Name}", clock, ann.Page, other);
        await NotifyAsync(ben, $"twice {ann.Name}", clock, ann.Page, other);

        // By the time of the second message, the first would have raised a notification in both tabs.
        Assert.Single(await NotificationsAsync(ann.Page, other), rung => rung.EndsWith(once[^1], StringComparison.Ordinal));
        await other.CloseAsync();
        ann.AssertClean();
    }
}
