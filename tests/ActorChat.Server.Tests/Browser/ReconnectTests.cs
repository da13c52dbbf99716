using System.Globalization;
using System.Text.Json.Nodes;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>What the page does about a line that ended, or that says nothing any more.</summary>
[Collection(SharedRoom.Beside)]
public sealed class ReconnectTests(Chromium chromium, SharedRoom room)
{
    [SkippableFact]
    public async Task A_line_that_says_nothing_any_more_is_found_out_by_the_heartbeat()
    {
        var line = new Line { Change = Hasten };
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        var lines = new Takings(line);
        var beats = line.SentOf("heartbeat").Count();
        await Deadline.UntilAsync(() => line.SentOf("heartbeat").Count() > beats, "There was no heartbeat.");
        lines.AssertTaken(0);
        var before = line.Connections;
        line.Deaden();

        await Deadline.UntilAsync(() => Task.FromResult(line.Connections > before), TimeSpan.FromSeconds(40), () => "The page holds on to a dead line.");
        await ann.LiveAsync();
        await ann.SaidAsync($"alive {ann.Name}");
        ann.AssertClean();

        static void Hasten(JsonObject frame)
        {
            if ((string?)frame["type"] == "welcome") frame["heartbeat_ms"] = 1000;
        }
    }

    [SkippableFact]
    public async Task Who_writes_into_a_dead_line_need_not_wait_for_the_heartbeat()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        await ann.SaidAsync($"heard {ann.Name}");
        var lines = new Takings(line);
        line.Deaden();
        await ann.SayAsync($"unheard {ann.Name}");

        await Expect(ann.Settled($"unheard {ann.Name}")).ToHaveCountAsync(1);
        lines.AssertTaken(1, afterWaiting: true);
        Assert.Equal(1, await SendingTests.StoredAsync(room.Server, $"unheard {ann.Name}"));
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task A_slow_answer_on_a_line_that_lives_is_no_reason_to_leave_it()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        // Where the machine stood still for so long that the line looked dead, it says nothing and is done again.
        Takings lines;
        var round = 0;
        do
        {
            var text = $"patience {++round} {ann.Name}";
            var beats = line.SentOf("heartbeat").Count();
            lines = new Takings(line);
            // The acknowledgement and the echo are late, whichever way they come, and nothing else shows that the line lives; the answer to the heartbeat is not.
            line.Hold(frame => frame["duplicate"] is not null || frame["events"] is not null || (string?)frame["type"] is "message" or "presence");
            await ann.SayAsync(text);
            await Deadline.UntilAsync(() => line.SentOf("heartbeat").Count() > beats, "Nobody asked whether the line lives.");
            await Expect(ann.Row(text)).ToHaveAttributeAsync("data-state", "sending");
            line.Release();
            await Expect(ann.Settled(text)).ToHaveCountAsync(1);
        }
        while (lines is { Taken: > 0, MayHaveBeen: true } && round < 6);
        Assert.Equal(0, lines.Taken);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Tries_grow_rarer_up_to_half_a_minute_and_Try_now_does_not_wait()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: async context =>
        {
            await context.Clock.InstallAsync();
            await line.TapAsync(context);
        }));
        // The middle of what chance would give, when it was asked, with each line that ended, and what the page makes of it.
        await ann.Page.EvaluateAsync("""
            () => {
              globalThis.ends = [];
              globalThis.set = [];
              const later = setTimeout;
              Math.random = () => { ends.push(Date.now()); return 0.5; };
              globalThis.setTimeout = (work, ms, ...more) => {
                if (set.length < ends.length) set.push(ms);
                return later(work, ms, ...more);
              };
            }
            """);
        line.Cut();
        double[] waits = [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000];
        await Deadline.UntilAsync(async () =>
        {
            await ann.Page.Clock.RunForAsync(100);
            return await ann.Page.EvaluateAsync<int>("ends.length") > waits.Length;
        }, TimeSpan.FromSeconds(60), () => $"{line.Refused} tries only.");
        var ends = await ann.Page.EvaluateAsync<double[]>("ends");
        // Not longer by what it sets, whenever the machine comes to it; not shorter by what it does.
        Assert.Equal(waits, (await ann.Page.EvaluateAsync<double[]>("set")).Take(waits.Length));
        for (var n = 0; n < waits.Length; n++) Assert.True(ends[n + 1] - ends[n] >= waits[n], $"Try {n + 1} came after {ends[n + 1] - ends[n]} ms.");

        await ann.HoldsAsync("() => document.querySelector('.head').dataset.link === 'waiting'");
        line.Mend();
        await ann.Banner.GetByRole(AriaRole.Button, new() { Name = "Try now" }).FocusAsync();
        await ann.Page.Keyboard.PressAsync("Enter");
        await ann.LiveAsync();
        await Expect(ann.Banner).ToBeHiddenAsync();
        // The button is gone: whoever pressed it by key is where one writes.
        await Expect(ann.Composer).ToBeFocusedAsync();
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task The_wait_before_a_try_is_spread_by_chance_from_nothing_to_its_bound()
    {
        await using var ann = await Person.ArriveAsync(chromium, room);
        foreach (var (attempt, bound) in new[] { (0, 500), (3, 4000), (6, 30_000), (40, 30_000) })
        {
            var waits = await ann.Page.EvaluateAsync<double[]>(
                "async (n) => { const { backoff } = await import('/js/net/codes.js'); return Array.from({ length: 300 }, () => backoff(n)); }", attempt);
            Assert.All(waits, wait => Assert.InRange(wait, 0, bound));
            Assert.True(waits.Min() < 0.2 * bound && waits.Max() > 0.8 * bound, string.Create(CultureInfo.InvariantCulture, $"{waits.Min()} to {waits.Max()}"));
        }
    }

    [SkippableFact]
    public async Task Frames_that_make_no_sense_break_nothing_and_unknown_events_move_the_cursor()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        await using var ben = await ChatClient.JoinAsync(room.Server);
        var lines = new Takings(line);
        line.Tell(
            "not json", "", "[]", "null", "7", "{}", """{"type":7}""", """{"type":"__proto__"}""", """{"type":"welcome","re":99}""", """{"type":"ok","re":12345}""",
            """{"type":"sync","conversation":"default","events":null}""", """{"type":"reset","conversation":"default","as_of":9}""",
            """{"type":"reset","conversation":"default","as_of":"9","messages":[]}""", """{"type":"message","conversation":"default","seq":"next","text":"x"}""",
            """{"type":"ai_delta","conversation":"default","message":1,"offset":0}""", """{"type":"typing","conversation":"default","user":null}""",
            """{"type":"presence","conversation":"default","joined":7,"left":{},"state":"x"}""", """{"type":"presence","conversation":7}""",
            """{"type":"goaway","after_ms":"soon"}""", """{"type":"from_the_future","conversation":"default","more":[1]}""");
        // One event of a later version, one that is broken: both have their number, and nobody has to ask for them again.
        line.Change = frame =>
        {
            if ((string?)frame["text"] == $"unknown {ann.Name}") frame["type"] = "pinned";
            if ((string?)frame["text"] == $"broken {ann.Name}") frame["sender"] = "nobody";
        };
        foreach (var text in new[] { "unknown", "broken", "known" }) await ben.SaidAsync($"{text} {ann.Name}");

        await Expect(ann.Settled($"known {ann.Name}")).ToHaveCountAsync(1);
        await ann.SaidAsync($"well {ann.Name}");
        Assert.Empty(line.SentOf("pull"));
        lines.AssertTaken(0);
        await Expect(ann.Row($"unknown {ann.Name}")).ToHaveCountAsync(0);
        // Said to whoever looks for the cause; anything thrown would be here, too.
        Assert.All(ann.Errors, error => Assert.StartsWith("warning: ", error, StringComparison.Ordinal));
        Assert.NotEmpty(ann.Errors);
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task A_question_asked_without_a_line_waits_and_is_answered_on_return()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        line.Cut();
        var question = $"/AIBot {ann.Name}";
        await ann.SayAsync(question);
        await Expect(ann.Row(question)).ToHaveAttributeAsync("data-state", "sending");
        await Expect(ann.Banner).ToContainTextAsync("1 message waits here and is sent when it is back.");
        line.Mend();
        await ann.HurryAsync();

        await Expect(ann.Settled(question)).ToHaveCountAsync(1);
        var answer = ann.Page.Locator(".row.bot").Filter(new() { HasText = $"You asked: “{ann.Name}”" });
        await Expect(answer).ToHaveAttributeAsync("data-state", "done");
        await Expect(answer).ToHaveCountAsync(1);
        Assert.Equal(1, await SendingTests.StoredAsync(room.Server, question));
        ann.AssertClean();
    }
}
