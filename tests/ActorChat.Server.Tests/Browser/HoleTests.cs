using ActorChat.Server.Tests.Clients;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>After missing more events than the server replays, the skipped range is shown as a row that loads it.</summary>
[Collection(SharedRoom.Beside)]
public sealed class HoleTests(Chromium chromium, OwnRoom room) : IClassFixture<OwnRoom>
{
    const int Missed = 1100; // the server replays 1000

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hole_in_the_history_loads_from_the_readers_side_without_moving_them(bool fromAbove)
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        await using var ben = await ChatClient.JoinAsync(room.Server);
        for (var n = 1; n <= 30; n++) await ben.SaidAsync($"before {n} {ann.Name}");
        await ann.Stored($"before 30 {ann.Name}").WaitForAsync();
        line.Disconnect();
        await room.FillAsync(Missed, n => $"missed {n} {ann.Name}");
        line.AllowReconnect();
        await ann.ReconnectAsync();

        var hole = ann.Page.Locator(".hole");
        await Expect(hole).ToHaveTextAsync("1,050 messages not loadedLoad");
        await ann.WaitUntilAsync("() => !document.querySelector('#timeline[aria-busy=true]')");
        // The reader's position: the last message before the hole is visible, or none of them is.
        await ann.ScrollToAsync(hole, above: fromAbove ? 200 : 0);
        var read = ann.Row($"{(fromAbove ? "before 30" : $"missed {Missed - 40}")} {ann.Name}");
        var top = (await read.BoundingBoxAsync())!.Y;
        await hole.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(hole).ToHaveTextAsync("950 messages not loadedLoad");
        await Expect(ann.Row($"missed {(fromAbove ? 1 : Missed - 60)} {ann.Name}")).ToHaveCountAsync(1);
        Assert.Equal(top, (await read.BoundingBoxAsync())!.Y, 1f);

        // Load until the hole is gone; then scrolling loads all missing messages in order.
        for (var left = 950; await hole.CountAsync() > 0; left -= 100)
        {
            await hole.GetByRole(AriaRole.Button).ClickAsync();
            await ann.WaitUntilAsync("(left) => !document.querySelector('.hole') || document.querySelector('.hole').textContent.startsWith(left)", $"{left - 100} ");
            Assert.InRange(await ann.Rows.CountAsync(), 1, 399);
        }
        await ann.Page.EvaluateAsync("""
            (name) => {
              globalThis.met = new Set();
              const look = () => {
                for (const el of document.querySelectorAll("#timeline .row .message-text")) {
                  const said = /^missed (\d+) (.*)$/.exec(el.textContent);
                  if (said?.[2] === name) met.add(Number(said[1]));
                }
                requestAnimationFrame(look);
              };
              requestAnimationFrame(look);
            }
            """, ann.Name);
        await ann.Timeline.HoverAsync();
        foreach (var direction in new[] { -1, 1 })
        {
            var goal = direction < 0 ? $"before 1 {ann.Name}" : $"missed {Missed} {ann.Name}";
            await Processes.Deadline.UntilAsync(async () =>
            {
                await ann.Page.Mouse.WheelAsync(0, direction * 1200);
                await ann.WaitForFramesAsync();
                return await ann.Row(goal).CountAsync() > 0;
            }, TimeSpan.FromSeconds(60), () => $"{goal} was not reached.");
        }
        Assert.Equal(Missed, await ann.Page.EvaluateAsync<int>("met.size"));
        ann.AssertHarmless();
    }
}
