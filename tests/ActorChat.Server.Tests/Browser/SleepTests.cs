using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Pages that return after a long sleep.</summary>
[Collection(SharedRoom.Beside)]
public sealed class SleepTests(Chromium chromium, OwnRoom room) : IClassFixture<OwnRoom>
{
    // Hides the page on demand, enables notifications and records them.
    const string Bell = """
        globalThis.rings = [];
        globalThis.Notification = class { constructor(title) { rings.push(title); } close() {} static permission = "granted"; static requestPermission = async () => "granted"; };
        localStorage.setItem("actorchat.notify", "on");
        globalThis.looksAway = false;
        Object.defineProperty(document, "visibilityState", { get: () => (looksAway ? "hidden" : "visible") });
        """;

    [SkippableFact]
    public async Task After_an_hour_of_sleep_all_messages_arrive_in_order_within_two_seconds_without_notifications()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: async context =>
        {
            await context.AddInitScriptAsync(Bell);
            await context.Clock.InstallAsync();
            await line.AttachAsync(context);
        }));
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ann.SaidAsync($"good night {ann.Name}");
        await ann.Page.EvaluateAsync(
            "() => { globalThis.same = true; looksAway = true; document.dispatchEvent(new Event('visibilitychange')); }");
        await ann.PauseClockAsync();
        // The laptop sleeps: the socket dies silently while others write.
        line.FreezeConnection();
        var texts = await TalkAsync(ben, ann.Name, 300);

        // The laptop wakes up. Only the page's own waiting counts: its clock is paused while the server works.
        await ann.Page.Clock.FastForwardAsync("01:00:00");
        await ann.Page.Clock.RunForAsync(1000);
        await Deadline.UntilAsync(() => line.Connections == 2, "The page did not detect its dead connection.");
        await Deadline.UntilAsync(() => line.CountReceived("live") == 2, "The server did not replay the missed messages.");
        var spent = 1000;
        await Deadline.UntilAsync(async () =>
        {
            if ((await ann.TextsAsync($"of {ann.Name}")).Count >= texts.Length) return true;
            if (spent < 2000) await ann.Page.Clock.RunForAsync(20);
            spent += 20;
            return false;
        }, Person.Patience, () => "The messages did not arrive in time.");

        Assert.Equal(texts, await ann.TextsAsync($"of {ann.Name}"));
        Assert.True(await ann.Page.EvaluateAsync<bool>("same"), "The page was loaded again.");
        Assert.StartsWith($"({texts.Length}) ", await ann.Page.TitleAsync(), StringComparison.Ordinal);
        await ann.Page.Clock.RunForAsync(3000);
        Assert.Empty(await ann.Page.EvaluateAsync<string[]>("rings"));
        Assert.Empty(line.SentOf("pull"));

        // A later message does raise a notification, so notifications were working.
        await ben.SaidAsync($"good morning {ann.Name}");
        await Deadline.UntilAsync(async () =>
        {
            await ann.Page.Clock.RunForAsync(100);
            return await ann.Page.EvaluateAsync<int>("rings.length") == 1;
        }, Person.Patience, () => "There was no notification.");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task A_page_frozen_by_the_browser_has_all_messages_when_it_resumes()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ann.SaidAsync($"frozen {ann.Name}");
        var session = await ann.Context.NewCDPSessionAsync(ann.Page);
        await session.SendAsync("Page.setWebLifecycleState", new() { ["state"] = "frozen" });
        var texts = await TalkAsync(ben, ann.Name, 200);
        await session.SendAsync("Page.setWebLifecycleState", new() { ["state"] = "active" });

        await Expect(ann.Stored(texts[^1])).ToHaveCountAsync(1);
        Assert.Equal(texts, await ann.TextsAsync($"of {ann.Name}"));
        await ann.SaidAsync($"thawed {ann.Name}");
        ann.AssertClean();
    }

    static async Task<string[]> TalkAsync(ChatClient ben, string to, int count)
    {
        var texts = Enumerable.Range(1, count).Select(n => $"{n} of {to}").ToArray();
        // The server stores them in the order in which they are written to the socket.
        foreach (var chunk in texts.Chunk(50)) await Task.WhenAll(chunk.Select(ben.SaidAsync));
        return texts;
    }
}
