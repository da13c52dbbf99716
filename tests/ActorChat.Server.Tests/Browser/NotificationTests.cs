using System.Diagnostics;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Name)]
public sealed class NotificationTests(Chromium chromium, SharedRoom room)
{
    // The system's notifications, written down instead of shown.
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
        await Sight.ControlAsync(context);
        await context.AddInitScriptAsync(Recorded);
    }

    static async Task<string[]> RungAsync(params IPage[] pages)
    {
        var rung = new List<string>();
        foreach (var page in pages) rung.AddRange(await page.EvaluateAsync<string[]>("rung"));
        return [.. rung];
    }

    /// <summary>Here, and one of this browser's tabs has the bell.</summary>
    static Task BellAsync(Person person) => Deadline.UntilAsync(
        () => person.Page.EvaluateAsync<bool>("async () => (await navigator.locks.query()).held.some((lock) => lock.name === 'actorchat.bell')"), Person.Patience, () => "Nobody has the bell.");

    /// <summary>
    /// Says something that rings, and tells all that was said. What comes with a new line was missed and does not ring, and where the machine stands still the page may take one:
    /// only then something more is said.
    /// </summary>
    /// <param name="ben">Who says it.</param>
    /// <param name="text">What.</param>
    /// <param name="clock">Since when the page may have taken its line for dead.</param>
    /// <param name="pages">Where it may ring.</param>
    static async Task<string[]> RingAsync(ChatClient ben, string text, Stopwatch clock, params IPage[] pages)
    {
        var said = new List<string>();
        bool stoodStill;
        do
        {
            said.Add(said.Count == 0 ? text : $"{text} {said.Count + 1}");
            await ben.SaidAsync(said[^1]);
            foreach (var page in pages) await Expect(page.Locator("#timeline .row[data-seq]").Filter(new() { HasText = said[^1] })).ToHaveCountAsync(1);
            stoodStill = Takings.MayBeIn(clock);
            clock.Restart();
        }
        while (stoodStill && said.Count < 6);
        await Deadline.UntilAsync(async () => (await RungAsync(pages)).Any(rung => rung.EndsWith(said[^1], StringComparison.Ordinal)), Person.Patience, () => "Nobody rang.");
        return [.. said];
    }

    /// <summary>Just what was said rang, and nothing twice; where more was said than once, not all of it.</summary>
    static async Task AssertRungAsync(ChatClient ben, string[] said, IPage page)
    {
        var rung = await RungAsync(page);
        Assert.Equal(said.Select(text => $"{ben.Name}: {text}").Where(rung.Contains), rung);
    }

    [SkippableFact]
    public async Task What_is_new_rings_while_nobody_looks_and_not_while_somebody_does()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: ListenAsync));
        await BellAsync(ann);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        var clock = Stopwatch.StartNew();
        await ben.SaidAsync($"seen {ann.Name}");
        await Expect(ann.Settled($"seen {ann.Name}")).ToHaveCountAsync(1);
        await Sight.HideAsync(ann.Page);
        await AssertRungAsync(ben, await RingAsync(ben, $"ring {ann.Name}", clock, ann.Page), ann.Page);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Of_two_tabs_only_one_rings()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: ListenAsync));
        await BellAsync(ann);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        var other = await ann.Context.NewPageAsync();
        await other.GotoAsync(room.Server.Address.ToString());
        await other.Locator("html[data-live=true] .head[data-link=live]").WaitForAsync();
        await Sight.HideAsync(ann.Page);
        await Sight.HideAsync(other);

        var clock = Stopwatch.StartNew();
        var once = await RingAsync(ben, $"once {ann.Name}", clock, ann.Page, other);
        await RingAsync(ben, $"twice {ann.Name}", clock, ann.Page, other);

        // By the second, the first would have rung in both.
        Assert.Single(await RungAsync(ann.Page, other), rung => rung.EndsWith(once[^1], StringComparison.Ordinal));
        await other.CloseAsync();
        ann.AssertClean();
    }
}
