using ActorChat.Server.Tests.Processes;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>What a user sees when the server stops and starts again.</summary>
[Collection(SharedRoom.Beside)]
public sealed class DisconnectTests(Chromium chromium, OwnRoom room) : IClassFixture<OwnRoom>
{
    [SkippableFact]
    public async Task A_banner_appears_after_two_seconds_without_a_connection_and_moves_nothing()
    {
        // Reduced motion and a controlled clock: neither the animation nor the machine's speed affects the result.
        await using var ann = await Person.JoinAsync(
            chromium, room, setup: new Setup(Still: true, Before: context => context.Clock.InstallAsync()));
        await ann.SaidAsync($"stands still {ann.Name}");
        await ann.Page.EvaluateAsync("""
            () => {
              const rows = [...document.querySelectorAll("#timeline .row")];
              globalThis.tops = () => rows.map((row) => row.getBoundingClientRect().top);
              globalThis.before = tops();
            }
            """);
        await ann.PauseClockAsync();
        await room.Server.StopAsync();
        await Deadline.UntilAsync(async () =>
        {
            await ann.Page.Clock.RunForAsync(20);
            return await ann.Page.EvaluateAsync<bool>("document.querySelector('.head').dataset.link !== 'live'");
        }, Person.Patience, () => "The page did not detect the lost connection.");

        await ann.Page.Clock.RunForAsync(1900);
        Assert.True(await ann.Banner.IsHiddenAsync(), "The banner appeared too early.");
        await ann.Page.Clock.RunForAsync(150);
        await Expect(ann.Banner).ToBeVisibleAsync();
        await Expect(ann.Banner).ToContainTextAsync("Messages you write now are kept and sent after reconnecting.");
        Assert.True(await ann.Page.EvaluateAsync<bool>("tops().every((top, at) => top === before[at])"), "The banner moved the text.");
        // Even with reduced motion the slide-in animation starts above, until its first frame.
        var header = (await ann.Page.Locator(".head").BoundingBoxAsync())!;
        await Deadline.UntilAsync(
            async () => (await ann.Banner.BoundingBoxAsync())!.Y >= header.Y + header.Height - 1, Person.Patience, () =>
                "The banner covers the header.");

        await ann.Page.Clock.ResumeAsync();
        await room.Server.StartAgainAsync();
        await ann.ReconnectAsync();
        await Expect(ann.Banner).ToBeHiddenAsync();
        Assert.True(await ann.Page.EvaluateAsync<bool>("tops().every((top, at) => top === before[at])"),
            "Hiding the banner moved the text.");
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task The_page_opens_without_a_server_and_shows_stored_and_unsent_messages()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Offline: true));
        await ann.SaidAsync($"kept {ann.Name}");
        // Wait until the files and the messages are stored on this device.
        await Deadline.UntilAsync(
            async () => await ann.StoredCountAsync($"(m) => m.text === 'kept {ann.Name}'") > 0 && await ann.Page.EvaluateAsync<bool>("""
                async () => {
                  await navigator.serviceWorker.ready;
                  return Boolean(await caches.match(new URL("whole", location.href)));
                }
                """), Person.Patience, () => "The page was not stored on the device.");
        await room.Server.StopAsync();
        await ann.SayAsync($"waits {ann.Name}");
        await Expect(ann.Row($"waits {ann.Name}")).ToHaveAttributeAsync("data-state", "sending");

        await ann.Page.ReloadAsync();
        await Expect(ann.Row($"kept {ann.Name}")).ToHaveCountAsync(1);
        await Expect(ann.Row($"waits {ann.Name}")).ToHaveAttributeAsync("data-state", "sending");
        await Expect(ann.Banner).ToContainTextAsync("1 message is waiting");

        await room.Server.StartAgainAsync();
        await ann.ReconnectAsync();
        await Expect(ann.Stored($"waits {ann.Name}")).ToHaveCountAsync(1);
        Assert.Equal(1, await SendingTests.StoredAsync(room.Server, $"waits {ann.Name}"));
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task An_answer_interrupted_by_a_server_kill_keeps_its_text_and_says_so()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.RecordAsync("spoken", "document.querySelector('#announcer')?.textContent");
        await ann.SayAsync("/AIBot " + string.Join(' ', Enumerable.Range(1, 2000)));
        // After some seconds the server has saved a part of the answer.
        await Expect(ann.Page.Locator(".row.bot .message-text").Last).ToContainTextAsync(" 199 200 ");
        await room.Server.KillAsync();
        await room.Server.StartAgainAsync();

        await ann.ReconnectAsync();
        await Expect(ann.Rows.Last).ToHaveAttributeAsync("data-state", "interrupted");
        await Expect(ann.Rows.Last.Locator(".note")).ToContainTextAsync("Interrupted by a server restart.");
        await Expect(ann.Rows.Last.Locator(".note")).ToContainTextAsync("The text so far is kept.");
        await Expect(ann.Rows.Last.Locator(".message-text")).ToContainTextAsync("You asked: “1 2 3");
        await Expect(ann.Rows.Last.Locator(".caret")).ToHaveCountAsync(0);
        // The end arrived in a replay; it is announced because the start was announced.
        await ann.WaitUntilAsync("() => recorded.spoken.some((words) => words.includes('The answer was interrupted'))");
        ann.AssertHarmless();
    }
}
