using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Where the reader of a long history is, and what moves them.</summary>
[Collection(SharedRoom.Name)]
public sealed class TimelineTests(Chromium chromium, OldRoom room) : IClassFixture<OldRoom>
{
    [SkippableFact]
    public async Task Newer_history_comes_on_scrolling_down_and_keeps_the_same_message_at_the_same_pixel()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        await GoAsync(ann, 10);
        await ann.HoldsAsync("() => first() === 1 && calm()");
        // Until the beginning has been let go of: what goes above the reader must not move them either.
        while (await ann.Page.EvaluateAsync<bool>("first() === 1"))
        {
            var last = await ann.Page.EvaluateAsync<int>("last()");
            line.Hold(frame => frame["at_end"] is not null);
            await ann.Timeline.EvaluateAsync("el => { el.scrollTop = el.scrollHeight - el.clientHeight - 240 - Math.round(Math.random() * 200); }");
            await Deadline.UntilAsync(() => line.Held > 0, "The page did not ask for newer messages.");
            var seq = await ann.Page.EvaluateAsync<string>("middle()");
            var before = await ann.Page.EvaluateAsync<double>("topOf", seq);
            await ann.Page.EvaluateAsync("follow", seq);
            line.Release();

            await ann.HoldsAsync("(before) => last() > before", last);
            Assert.Equal(before, await ann.Page.EvaluateAsync<double>("topOf", seq), 1.0);
            Assert.Equal(before, await ann.Page.EvaluateAsync<double>("range.low"), 1.0);
            Assert.Equal(before, await ann.Page.EvaluateAsync<double>("range.high"), 1.0);
        }
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Another_width_breaks_the_lines_anew_and_the_one_being_read_stays()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await GoAsync(ann, 200);
        const string Top = "() => { const { top } = document.querySelector('#timeline').getBoundingClientRect(); return rows().find((row) => row.getBoundingClientRect().bottom > top).dataset.seq; }";
        var seq = await ann.Page.EvaluateAsync<string>(Top);
        foreach (var width in new[] { 420, 900, 1280 })
        {
            await ann.Page.SetViewportSizeAsync(width, 800);
            await ann.FramesAsync();
            Assert.Equal(seq, await ann.Page.EvaluateAsync<string>(Top));
        }
        Assert.Equal("none", await ann.Timeline.EvaluateAsync<string>("el => getComputedStyle(el).overflowAnchor"));
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task An_own_message_from_deep_in_the_history_stands_at_the_end_within_a_frame_before_the_server_says_anything()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await GoAsync(ann, 42);
        // Said while the page shows other messages.
        await ben.SaidAsync($"meanwhile {ann.Name}");
        await Expect(Pill(ann, "1 new")).ToBeVisibleAsync();
        line.Hold();
        await ann.Composer.FillAsync($"from afar {ann.Name}");
        await ann.Page.EvaluateAsync("""
            () => addEventListener("keydown", () => requestAnimationFrame(() => {
              const texts = rows().slice(-2).map((row) => row.querySelector(".message-text").textContent);
              const { bottom } = document.querySelector("#timeline").getBoundingClientRect();
              globalThis.frame = { texts, inside: rows().at(-1).getBoundingClientRect().bottom <= bottom };
            }), { capture: true, once: true })
            """);
        await ann.Page.Keyboard.PressAsync("Enter");
        await ann.HoldsAsync("() => globalThis.frame");
        Assert.Equal([$"meanwhile {ann.Name}", $"from afar {ann.Name}"], await ann.Page.EvaluateAsync<string[]>("frame.texts"));
        Assert.True(await ann.Page.EvaluateAsync<bool>("frame.inside"));
        line.Release();
        await Expect(ann.Settled($"from afar {ann.Name}")).ToBeInViewportAsync();
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task The_pill_leads_to_the_first_new_message_also_from_deep_in_the_history()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await GoAsync(ann, 42);
        // More than a screen, and more than the page keeps of the end while it is elsewhere.
        for (var n = 1; n <= 60; n++) await ben.SaidAsync($"new {n} {ann.Name}");
        await Pill(ann, "60 new").ClickAsync();
        await Expect(ann.Row($"new 1 {ann.Name}")).ToBeInViewportAsync();
        await Expect(ann.Row($"new 60 {ann.Name}")).Not.ToBeInViewportAsync();
        await Pill(ann, "60 new").ClickAsync();
        await Expect(ann.Row($"new 60 {ann.Name}")).ToBeInViewportAsync();
        await Expect(ann.Page.Locator(".pill")).ToBeHiddenAsync();
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task A_link_to_a_message_opened_signed_out_asks_for_a_name_and_then_shows_the_message()
    {
        await using var ann = await Person.ArriveAsync(chromium, room);
        await ann.Page.GotoAsync("about:blank");
        await ann.NoteAsync("lit", "document.querySelector('[data-highlight]')?.dataset.seq");
        await ann.Page.GotoAsync("/#/c/default/m/77");
        await Expect(ann.JoinForm).ToBeVisibleAsync();
        await ann.EnterAsync(Person.NewName());
        var target = ann.Page.Locator("[data-seq='77']");
        await Expect(target).ToBeInViewportAsync();
        await ann.NotedAsync("lit", "77");
        await Expect(target).Not.ToHaveAttributeAsync("data-highlight", "");
        ann.AssertClean();
    }

    [SkippableTheory]
    [InlineData(90, true)]
    [InlineData(110, false)]
    public async Task Only_within_100_pixels_of_the_end_does_the_page_follow_what_is_new(int pixels, bool follows)
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ann.LeaveEndAsync($"el.scrollHeight - el.clientHeight - {pixels}");
        await ben.SaidAsync($"news {ann.Name}");
        await ann.Settled($"news {ann.Name}").WaitForAsync();
        const string FromEnd = "el => Math.round(el.scrollHeight - el.clientHeight - el.scrollTop)";
        if (follows) await Deadline.UntilAsync(async () => await ann.Timeline.EvaluateAsync<int>(FromEnd) == 0, Person.Patience, () => "It did not follow.");
        else Assert.True(await ann.Timeline.EvaluateAsync<int>(FromEnd) > pixels);
        await Expect(ann.Page.Locator(".pill")).ToBeVisibleAsync(new() { Visible = !follows });
        ann.AssertClean();
    }

    static ILocator Pill(Person person, string name) => person.Page.GetByRole(AriaRole.Button, new() { Name = name });

    /// <summary>To a message by its number, until everything around it is there.</summary>
    static async Task GoAsync(Person person, int seq)
    {
        await person.Page.EvaluateAsync(HistoryTests.Measures);
        await person.Page.Keyboard.PressAsync("Control+k");
        await Expect(person.Page.Locator(".palette-input")).ToBeFocusedAsync();
        await person.Page.Keyboard.TypeAsync($"{seq}");
        await person.Page.Keyboard.PressAsync("Enter");
        await Expect(person.Page.Locator($"[data-seq='{seq}']")).ToBeInViewportAsync();
        await person.HoldsAsync("() => calm()");
    }
}
