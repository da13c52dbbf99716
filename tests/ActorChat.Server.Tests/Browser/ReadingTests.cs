using System.Diagnostics;
using ActorChat.Server.Tests.Clients;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>What is unread, and how it becomes read: in one tab, in two, on two devices.</summary>
[Collection(SharedRoom.Name)]
public sealed class ReadingTests(Chromium chromium, SharedRoom room)
{
    const string Read = "General · ActorChat";

    static readonly Setup Sighted = new(Before: Sight.ControlAsync);

    static ILocator Badge(IPage page) => page.Locator(".side .badge");

    static Task ExpectUnreadAsync(IPage page, int count) => Expect(page).ToHaveTitleAsync($"({count}) {Read}");

    static Task ExpectReadAsync(IPage page) => Expect(page).ToHaveTitleAsync(Read);

    /// <summary>The same person in another browser.</summary>
    async Task<Person> OnAnotherDeviceAsync(Person person)
    {
        var memory = await person.Page.EvaluateAsync<string[]>("[localStorage.getItem('actorchat.name'), localStorage.getItem('actorchat.token')]");
        var other = await Person.ArriveAsync(chromium, room, new Setup(Before: async context =>
        {
            await Sight.ControlAsync(context);
            await context.AddInitScriptAsync($"localStorage.setItem('actorchat.name', '{memory[0]}'); localStorage.setItem('actorchat.token', '{memory[1]}');");
        }));
        await other.LiveAsync();
        return other;
    }

    [SkippableFact]
    public async Task What_comes_while_nobody_looks_is_counted_until_somebody_does()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: Sighted);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ben.SaidAsync($"seen {ann.Name}");
        await Expect(ann.Settled($"seen {ann.Name}")).ToHaveCountAsync(1);
        await ExpectReadAsync(ann.Page);
        await Expect(Badge(ann.Page)).ToHaveCountAsync(0);

        // What comes with a new line after a short time is not marked: where the machine stood still and the page took one, it is done again.
        var divider = ann.Page.Locator("#timeline .divider");
        var clock = Stopwatch.StartNew();
        var (round, stoodStill) = (0, false);
        do
        {
            if (++round > 1) clock.Restart();
            await Sight.HideAsync(ann.Page);
            for (var n = 1; n <= 3; n++) await ben.SaidAsync($"unseen {round}.{n} {ann.Name}");
            await ExpectUnreadAsync(ann.Page, 3);
            await Expect(Badge(ann.Page)).ToHaveTextAsync("3 unread");
            stoodStill = Takings.MayBeIn(clock);

            await Sight.ShowAsync(ann.Page);
            await ExpectReadAsync(ann.Page);
            await Expect(Badge(ann.Page)).ToHaveCountAsync(0);
        }
        while (stoodStill && round < 6 && await divider.CountAsync() == 0);
        // What was new stays marked while one looks at it.
        await Expect(divider).ToHaveCountAsync(1);
        await Expect(ann.Page.Locator(".divider + .row")).ToContainTextAsync($"unseen {round}.1 {ann.Name}");
        await ben.SaidAsync($"and more {ann.Name}");
        await Expect(ann.Settled($"and more {ann.Name}")).ToHaveCountAsync(1);
        await Expect(ann.Page.Locator(".divider + .row")).ToContainTextAsync($"unseen {round}.1 {ann.Name}");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Reading_in_one_tab_clears_the_badge_in_the_other()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: Sighted);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        var other = await ann.Context.NewPageAsync();
        await other.GotoAsync(room.Server.Address.ToString());
        await other.Locator("html[data-live=true] .head[data-link=live]").WaitForAsync();
        await Sight.HideAsync(ann.Page);
        await Sight.HideAsync(other);
        await ben.SaidAsync($"one {ann.Name}");
        await ben.SaidAsync($"two {ann.Name}");
        await ExpectUnreadAsync(ann.Page, 2);
        await ExpectUnreadAsync(other, 2);

        await Sight.ShowAsync(other);

        await ExpectReadAsync(other);
        await ExpectReadAsync(ann.Page);
        await Expect(Badge(ann.Page)).ToHaveCountAsync(0);
        await other.CloseAsync();
        ann.AssertClean();
    }
}
