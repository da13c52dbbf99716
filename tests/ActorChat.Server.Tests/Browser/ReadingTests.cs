using System.Diagnostics;
using ActorChat.Server.Tests.Clients;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Unread messages and read marks, in one tab and in two.</summary>
[Collection(SharedRoom.Name)]
public sealed class ReadingTests(Chromium chromium, SharedRoom room)
{
    const string Read = "General · ActorChat";

    static readonly Setup Sighted = new(Before: PageVisibility.ControlAsync);

    static ILocator Badge(IPage page) => page.Locator(".side .badge");

    static Task ExpectUnreadAsync(IPage page, int count) => Expect(page).ToHaveTitleAsync($"({count}) {Read}");

    static Task ExpectReadAsync(IPage page) => Expect(page).ToHaveTitleAsync(Read);

    [SkippableFact]
    public async Task Messages_that_arrive_while_the_page_is_hidden_are_unread_until_it_is_shown()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: Sighted);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ben.SaidAsync($"seen {ann.Name}");
        await Expect(ann.Stored($"seen {ann.Name}")).ToHaveCountAsync(1);
        await ExpectReadAsync(ann.Page);
        await Expect(Badge(ann.Page)).ToHaveCountAsync(0);

        // After a short reconnect the divider is not set: if the page may have reconnected because the machine was paused, repeat.
        var divider = ann.Page.Locator("#timeline .divider");
        var clock = Stopwatch.StartNew();
        var (round, stoodStill) = (0, false);
        do
        {
            if (++round > 1) clock.Restart();
            await PageVisibility.HideAsync(ann.Page);
            for (var n = 1; n <= 3; n++) await ben.SaidAsync($"unseen {round}.{n} {ann.Name}");
            await ExpectUnreadAsync(ann.Page, 3);
            await Expect(Badge(ann.Page)).ToHaveTextAsync("3 unread");
            stoodStill = PauseDetector.MayHaveReconnected(clock);

            await PageVisibility.ShowAsync(ann.Page);
            await ExpectReadAsync(ann.Page);
            await Expect(Badge(ann.Page)).ToHaveCountAsync(0);
        }
        while (stoodStill && round < 6 && await divider.CountAsync() == 0);
        // The divider stays while the page is visible.
        await Expect(divider).ToHaveCountAsync(1);
        await Expect(ann.Page.Locator(".divider + .row")).ToContainTextAsync($"unseen {round}.1 {ann.Name}");
        await ben.SaidAsync($"and more {ann.Name}");
        await Expect(ann.Stored($"and more {ann.Name}")).ToHaveCountAsync(1);
        await Expect(ann.Page.Locator(".divider + .row")).ToContainTextAsync($"unseen {round}.1 {ann.Name}");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Reading_in_one_tab_clears_the_badge_in_the_other_tab()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: Sighted);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        var other = await ann.Context.NewPageAsync();
        await other.GotoAsync(room.Server.Address.ToString());
        await other.Locator("html[data-live=true] .head[data-link=live]").WaitForAsync();
        await PageVisibility.HideAsync(ann.Page);
        await PageVisibility.HideAsync(other);
        await ben.SaidAsync($"one {ann.Name}");
        await ben.SaidAsync($"two {ann.Name}");
        await ExpectUnreadAsync(ann.Page, 2);
        await ExpectUnreadAsync(other, 2);

        await PageVisibility.ShowAsync(other);

        await ExpectReadAsync(other);
        await ExpectReadAsync(ann.Page);
        await Expect(Badge(ann.Page)).ToHaveCountAsync(0);
        await other.CloseAsync();
        ann.AssertClean();
    }
}
