using ActorChat.Server.Tests.Clients;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Who was away for more than the server replays: what lies between is announced and loads.</summary>
[Collection(SharedRoom.Beside)]
public sealed class HoleTests(Chromium chromium, OwnRoom room) : IClassFixture<OwnRoom>
{
    const int Missed = 1100; // the server replays 1000

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_left_out_is_a_row_that_loads_from_the_readers_side_without_moving_them(bool fromAbove)
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        await using var ben = await ChatClient.JoinAsync(room.Server);
        for (var n = 1; n <= 30; n++) await ben.SaidAsync($"before {n} {ann.Name}");
        await ann.Settled($"before 30 {ann.Name}").WaitForAsync();
        line.Cut();
        await room.FillAsync(Missed, n => $"missed {n} {ann.Name}");
        line.Mend();
        await ann.HurryAsync();

        var hole = ann.Page.Locator(".hole");
        await Expect(hole).ToHaveTextAsync("1,050 messages not loadedLoad");
        await ann.HoldsAsync("() => !document.querySelector('#timeline[aria-busy=true]')");
        // Where the reader is: with the last message before the hole in sight, or with none of them.
        await ann.ScrollToAsync(hole, above: fromAbove ? 200 : 0);
        var read = ann.Row($"{(fromAbove ? "before 30" : $"missed {Missed - 40}")} {ann.Name}");
        var top = (await read.BoundingBoxAsync())!.Y;
        await hole.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(hole).ToHaveTextAsync("950 messages not loadedLoad");
        await Expect(ann.Row($"missed {(fromAbove ? 1 : Missed - 60)} {ann.Name}")).ToHaveCountAsync(1);
        Assert.Equal(top, (await read.BoundingBoxAsync())!.Y, 1f);

        // On until it is gone: then what is missing comes by scrolling, and all of it does, in order.
        for (var left = 950; await hole.CountAsync() > 0; left -= 100)
        {
            await hole.GetByRole(AriaRole.Button).ClickAsync();
            await ann.HoldsAsync("(left) => !document.querySelector('.hole') || document.querySelector('.hole').textContent.startsWith(left)", $"{left - 100} ");
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
                await ann.FramesAsync();
                return await ann.Row(goal).CountAsync() > 0;
            }, TimeSpan.FromSeconds(60), () => $"{goal} was not reached.");
        }
        Assert.Equal(Missed, await ann.Page.EvaluateAsync<int>("met.size"));
        ann.AssertHarmless();
    }
}
