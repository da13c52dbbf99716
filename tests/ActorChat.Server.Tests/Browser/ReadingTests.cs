using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Unread messages and read positions, in one tab and in two.</summary>
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

        var divider = ann.Page.Locator("#timeline .divider");
        await PageVisibility.HideAsync(ann.Page);
        for (var n = 1; n <= 3; n++) await ben.SaidAsync($"unseen {n} {ann.Name}");
        await ExpectUnreadAsync(ann.Page, 3);
        await Expect(Badge(ann.Page)).ToHaveTextAsync("3 unread");

        await PageVisibility.ShowAsync(ann.Page);
        await ExpectReadAsync(ann.Page);
        await Expect(Badge(ann.Page)).ToHaveCountAsync(0);
        // The divider stays while the page is visible.
        await Expect(divider).ToHaveCountAsync(1);
        await Expect(ann.Page.Locator(".divider + .row")).ToContainTextAsync($"unseen 1 {ann.Name}");
        await ben.SaidAsync($"and more {ann.Name}");
        await Expect(ann.Stored($"and more {ann.Name}")).ToHaveCountAsync(1);
        await Expect(ann.Page.Locator(".divider + .row")).ToContainTextAsync($"unseen 1 {ann.Name}");
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

    [SkippableTheory]
    [InlineData("a lost connection")]
    [InlineData("a hidden page")]
    public async Task Messages_missed_during_an_absence_are_read_only_as_they_come_into_view(string absence)
    {
        const int Missed = 40;
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: async context =>
        {
            await PageVisibility.ControlAsync(context);
            await line.AttachAsync(context);
        }));
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ben.SaidAsync($"seen {ann.Name}");
        await ann.Stored($"seen {ann.Name}").WaitForAsync();
        await ExpectReadAsync(ann.Page);
        if (absence == "a lost connection") line.Disconnect();
        else await PageVisibility.HideAsync(ann.Page);
        for (var n = 1; n <= Missed; n++) await ben.SaidAsync($"missed {n} {ann.Name}");
        if (absence == "a lost connection")
        {
            line.AllowReconnect();
            await ann.ReconnectAsync();
        }
        else
        {
            await ExpectUnreadAsync(ann.Page, Missed);
            await PageVisibility.ShowAsync(ann.Page);
        }

        await Expect(ann.Page.Locator(".divider + .row")).ToContainTextAsync($"missed 1 {ann.Name}");
        await Expect(ann.Page.Locator("#timeline .divider")).ToBeInViewportAsync();
        await Expect(ann.Stored($"missed 1 {ann.Name}")).ToBeInViewportAsync();
        await Expect(ann.Stored($"missed {Missed} {ann.Name}")).Not.ToBeInViewportAsync();
        var read = await ExpectReadToViewAsync(ann, line);
        var first = await SeqAsync(ann, 1);
        Assert.InRange(read, first, first + Missed - 2);
        await ExpectUnreadAsync(ann.Page, Missed - (read - first + 1));

        // The position grows as the reader scrolls.
        await ann.Timeline.HoverAsync();
        await ann.Page.Mouse.WheelAsync(0, 200);
        await Deadline.UntilAsync(() => NewestRead(line) > read, "Scrolling did not move the read position.");
        var further = await ExpectReadToViewAsync(ann, line);
        Assert.InRange(further, read + 1, first + Missed - 2);
        await ExpectUnreadAsync(ann.Page, Missed - (further - first + 1));
        await Deadline.UntilAsync(async () =>
        {
            await ann.Page.Mouse.WheelAsync(0, 400);
            await ann.WaitForFramesAsync();
            return NewestRead(line) == await SeqAsync(ann, Missed);
        }, Person.Patience, () => "At the end not everything was read.");
        await ExpectReadAsync(ann.Page);
        await Expect(ann.Page.Locator(".divider + .row")).ToContainTextAsync($"missed 1 {ann.Name}");
        ann.AssertClean();
    }

    static Task<int> SeqAsync(Person ann, int missed) =>
        ann.Stored($"missed {missed} {ann.Name}").EvaluateAsync<int>("el => Number(el.dataset.seq)");

    /// <summary>The newest read position that the page has sent; 0 if none.</summary>
    static int NewestRead(SocketProxy line) => line.SentOf("read").Select(frame => (int)frame["seq"]!).DefaultIfEmpty().Max();

    /// <summary>Waits until the read position is the last message whose end is in view; it must never be a later one.</summary>
    static async Task<int> ExpectReadToViewAsync(Person ann, SocketProxy line)
    {
        var (seen, read) = (0, 0);
        await Deadline.UntilAsync(async () =>
        {
            read = NewestRead(line);
            seen = await ann.Timeline.EvaluateAsync<int>("""
                (el) => Math.max(...[...el.querySelectorAll(".row[data-seq]")]
                  .filter((row) => row.getBoundingClientRect().bottom <= el.getBoundingClientRect().bottom + 1)
                  .map((row) => Number(row.dataset.seq)))
                """);
            Assert.True(read <= seen, $"The position {read} was sent, but only {seen} was in view.");
            return read == seen;
        }, Person.Patience, () => $"The position {read} was sent, and {seen} was in view.");
        return read;
    }
}
