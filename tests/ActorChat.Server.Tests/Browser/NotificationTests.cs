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

    static Task<string[]> RungAsync(IPage page) => page.EvaluateAsync<string[]>("rung");

    [SkippableFact]
    public async Task What_is_new_rings_while_nobody_looks_and_not_while_somebody_does()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: ListenAsync));
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ben.SaidAsync($"seen {ann.Name}");
        await Expect(ann.Settled($"seen {ann.Name}")).ToHaveCountAsync(1);
        await Sight.HideAsync(ann.Page);
        await ben.SaidAsync($"ring {ann.Name}");
        await ann.HoldsAsync("() => rung.length > 0");
        Assert.Equal([$"{ben.Name}: ring {ann.Name}"], await RungAsync(ann.Page));
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task What_was_missed_is_counted_and_does_not_ring()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: async context =>
        {
            await ListenAsync(context);
            await line.TapAsync(context);
        }));
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await Sight.HideAsync(ann.Page);
        // The page hears none of it, then its line ends: it gets them as what it missed.
        line.Hold();
        for (var n = 1; n <= 3; n++) await ben.SaidAsync($"missed {n} {ann.Name}");
        await Deadline.UntilAsync(() => line.Held >= 3, "Nothing was held.");
        line.Drop();
        await Expect(ann.Settled($"missed 3 {ann.Name}")).ToHaveCountAsync(1);
        await ann.LiveAsync();
        await Expect(ann.Page).ToHaveTitleAsync("(3) General · ActorChat");

        await ben.SaidAsync($"new {ann.Name}");
        await ann.HoldsAsync("() => rung.length > 0");
        Assert.Equal([$"{ben.Name}: new {ann.Name}"], await RungAsync(ann.Page));
        await Expect(ann.Page).ToHaveTitleAsync("(4) General · ActorChat");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Of_two_tabs_only_one_rings()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: ListenAsync));
        await using var ben = await ChatClient.JoinAsync(room.Server);
        var other = await ann.Context.NewPageAsync();
        await other.GotoAsync(room.Server.Address.ToString());
        await other.Locator("html[data-live=true] .head[data-link=live]").WaitForAsync();
        await Sight.HideAsync(ann.Page);
        await Sight.HideAsync(other);

        foreach (var text in new[] { $"once {ann.Name}", $"twice {ann.Name}" })
        {
            await ben.SaidAsync(text);
            await Deadline.UntilAsync(async () => (await RungAsync(ann.Page)).Concat(await RungAsync(other)).Any(rung => rung.EndsWith(text, StringComparison.Ordinal)), Person.Patience, () => "Nobody rang.");
        }

        // By the second, the first would have rung in both.
        Assert.Single((await RungAsync(ann.Page)).Concat(await RungAsync(other)), rung => rung.Contains("once", StringComparison.Ordinal));
        await other.CloseAsync();
        ann.AssertClean();
    }
}
