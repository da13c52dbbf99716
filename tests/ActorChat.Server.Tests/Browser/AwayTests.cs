using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Whoever comes back after a long sleep, while much was said.</summary>
[Collection(SharedRoom.Beside)]
public sealed class AwayTests(Chromium chromium, OwnRoom room) : IClassFixture<OwnRoom>
{
    // Nobody looks at the page, it may ring, and each ring is counted.
    const string Bell = """
        globalThis.rings = [];
        globalThis.Notification = class { constructor(title) { rings.push(title); } close() {} static permission = "granted"; static requestPermission = async () => "granted"; };
        localStorage.setItem("actorchat.notify", "on");
        globalThis.looksAway = false;
        Object.defineProperty(document, "visibilityState", { get: () => (looksAway ? "hidden" : "visible") });
        """;

    [SkippableFact]
    public async Task After_an_hour_of_sleep_everything_is_there_in_order_in_two_seconds_of_the_page_and_nothing_rings()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: async context =>
        {
            await context.AddInitScriptAsync(Bell);
            await context.Clock.InstallAsync();
            await line.TapAsync(context);
        }));
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ann.SaidAsync($"good night {ann.Name}");
        await ann.Page.EvaluateAsync("() => { globalThis.same = true; looksAway = true; document.dispatchEvent(new Event('visibilitychange')); }");
        await ann.PauseClockAsync();
        // The lid is closed: the socket dies without a word, and the world goes on.
        line.Deaden();
        var texts = await TalkAsync(ben, ann.Name, 300);

        // It opens, the network is there. Only what the page itself waits for is counted: its clock stands while the server works.
        await ann.Page.Clock.FastForwardAsync("01:00:00");
        await ann.Page.Clock.RunForAsync(1000);
        await Deadline.UntilAsync(() => line.Connections == 2, "The page did not notice that its line is dead.");
        await Deadline.UntilAsync(() => line.Told("live") == 2, "The server did not say what was missed.");
        var spent = 1000;
        await Deadline.UntilAsync(async () =>
        {
            if ((await ann.TextsAsync($"of {ann.Name}")).Count >= texts.Length) return true;
            if (spent < 2000) await ann.Page.Clock.RunForAsync(20);
            spent += 20;
            return false;
        }, Person.Patience, () => "It waited for something else.");

        Assert.Equal(texts, await ann.TextsAsync($"of {ann.Name}"));
        Assert.True(await ann.Page.EvaluateAsync<bool>("same"), "The page was loaded again.");
        Assert.StartsWith($"({texts.Length}) ", await ann.Page.TitleAsync(), StringComparison.Ordinal);
        await ann.Page.Clock.RunForAsync(3000);
        Assert.Empty(await ann.Page.EvaluateAsync<string[]>("rings"));
        Assert.Empty(line.SentOf("pull"));

        // What is new after that does ring, so the bell was not merely broken.
        await ben.SaidAsync($"good morning {ann.Name}");
        await Deadline.UntilAsync(async () =>
        {
            await ann.Page.Clock.RunForAsync(100);
            return await ann.Page.EvaluateAsync<int>("rings.length") == 1;
        }, Person.Patience, () => "It does not ring at all.");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task A_page_that_the_browser_froze_has_everything_when_it_thaws()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ann.SaidAsync($"frozen {ann.Name}");
        var session = await ann.Context.NewCDPSessionAsync(ann.Page);
        await session.SendAsync("Page.setWebLifecycleState", new() { ["state"] = "frozen" });
        var texts = await TalkAsync(ben, ann.Name, 200);
        await session.SendAsync("Page.setWebLifecycleState", new() { ["state"] = "active" });

        await Expect(ann.Settled(texts[^1])).ToHaveCountAsync(1);
        Assert.Equal(texts, await ann.TextsAsync($"of {ann.Name}"));
        await ann.SaidAsync($"thawed {ann.Name}");
        ann.AssertClean();
    }

    static async Task<string[]> TalkAsync(ChatClient ben, string to, int count)
    {
        var texts = Enumerable.Range(1, count).Select(n => $"{n} of {to}").ToArray();
        // The order in which they are written to the socket is the order of the log.
        foreach (var chunk in texts.Chunk(50)) await Task.WhenAll(chunk.Select(ben.SaidAsync));
        return texts;
    }
}
