using ActorChat.Server.Tests.Clients;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Beside)]
public sealed class HistoryTests(Chromium chromium, OldRoom room) : IClassFixture<OldRoom>
{
    // Functions that measure positions of messages in pixels.
    internal const string Measures = """
        () => {
          const timeline = document.querySelector("#timeline");
          globalThis.rows = () => [...timeline.querySelectorAll(".row")];
          globalThis.middle = () => {
            const { top, bottom } = timeline.getBoundingClientRect();
            return rows().find((row) => row.getBoundingClientRect().top > (top + bottom) / 2).dataset.seq;
          };
          globalThis.topOf = (seq) => timeline.querySelector(`[data-seq="${seq}"]`).getBoundingClientRect().top;
          globalThis.first = () => Number(rows()[0].dataset.seq);
          globalThis.last = () => Number(rows().at(-1).dataset.seq);
          globalThis.calm = () => !timeline.matches("[aria-busy=true]");
          // Records every frame: the page must not jump even if it corrects that later.
          globalThis.follow = (seq) => {
            const own = (globalThis.range = { low: topOf(seq), high: topOf(seq) });
            const look = () => {
              if (own !== range) return;
              own.low = Math.min(own.low, topOf(seq));
              own.high = Math.max(own.high, topOf(seq));
              requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
          };
        }
        """;

    [SkippableFact]
    public async Task Older_history_loads_on_scrolling_and_the_message_being_read_stays_at_its_pixel()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        await ann.Page.EvaluateAsync(Measures);
        var page = 0;
        for (; page < 4; page++)
        {
            var first = await ann.Page.EvaluateAsync<int>("first()");
            // The page requests older messages before the top is reached; the reply is held until scrolling has ended.
            line.Hold(frame => frame["at_start"] is not null);
            await ann.LeaveEndAsync("240 + Math.round(Math.random() * 200)");
            await Processes.Deadline.UntilAsync(() => line.Held > 0, "The page did not ask for older messages.");
            var seq = await ann.Page.EvaluateAsync<string>("middle()");
            var before = await ann.Page.EvaluateAsync<double>("topOf", seq);
            await ann.Page.EvaluateAsync("follow", seq);
            line.Release();

            await ann.WaitUntilAsync("(before) => first() < before", first);
            Assert.Equal(before, await ann.Page.EvaluateAsync<double>("topOf", seq), 1.0);
            Assert.Equal(before, await ann.Page.EvaluateAsync<double>("range.low"), 1.0);
            Assert.Equal(before, await ann.Page.EvaluateAsync<double>("range.high"), 1.0);
        }
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Going_to_an_old_message_loads_its_surroundings_and_Back_returns_to_the_same_pixel()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.Page.EvaluateAsync(Measures);
        await ann.LeaveEndAsync("el.scrollHeight - 3 * el.clientHeight");
        await ann.WaitUntilAsync("() => !document.querySelector('#timeline[aria-busy=true]')");
        var seq = await ann.Page.EvaluateAsync<string>("middle()");
        var before = await ann.Page.EvaluateAsync<double>("topOf", seq);

        await ann.RecordAsync("lit", "document.querySelector('[data-highlight]')?.dataset.seq");
        await ann.Page.Keyboard.PressAsync("Control+k");
        await Expect(ann.Page.Locator(".palette-input")).ToBeFocusedAsync();
        await ann.Page.Keyboard.TypeAsync("42");
        await ann.Page.Keyboard.PressAsync("Enter");
        var target = ann.Page.Locator("[data-seq='42']");
        await Expect(target).ToBeInViewportAsync();
        await ann.RecordedAsync("lit", "42");
        await Expect(target).Not.ToHaveAttributeAsync("data-highlight", "");
        Assert.EndsWith("#/c/default/m/42", ann.Page.Url, StringComparison.Ordinal);
        await Expect(target).ToContainTextAsync(OldRoom.TextOf(42).Split('\n')[0]);

        await ann.Page.GoBackAsync();
        await ann.Page.Locator($"[data-seq='{seq}']").WaitForAsync();
        await ann.WaitUntilAsync("([seq, before]) => Math.abs(topOf(seq) - before) <= 1", new object[] { seq, before });
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task New_messages_do_not_move_a_reader_of_older_ones_and_their_number_is_shown()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ann.Page.EvaluateAsync(Measures);
        await ann.LeaveEndAsync("el.scrollHeight - 2 * el.clientHeight");
        await Expect(ann.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Latest" })).ToBeVisibleAsync();
        await ann.WaitUntilAsync("() => !document.querySelector('#timeline[aria-busy=true]')");
        var seq = await ann.Page.EvaluateAsync<string>("middle()");
        var before = await ann.Page.EvaluateAsync<double>("topOf", seq);
        await ann.Page.EvaluateAsync("follow", seq);

        foreach (var n in new[] { 1, 2, 3 }) await ben.SaidAsync($"unread {n}");
        var pill = ann.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "3 new" });
        await Expect(pill).ToBeVisibleAsync();
        Assert.Equal(before, await ann.Page.EvaluateAsync<double>("range.low"), 1.0);
        Assert.Equal(before, await ann.Page.EvaluateAsync<double>("range.high"), 1.0);
        await pill.ClickAsync();
        await Expect(ann.Rows.Filter(new() { HasText = "unread 1" })).ToBeInViewportAsync();

        // Sending a message scrolls to the end from anywhere.
        await ann.Timeline.EvaluateAsync("el => { el.scrollTop = 0; }");
        await ann.SayAsync($"to the end {ann.Name}");
        await Expect(ann.Row($"to the end {ann.Name}")).ToBeInViewportAsync();
        ann.AssertClean();
    }
}
