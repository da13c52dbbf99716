using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>The scroll position in a long history.</summary>
[Collection(SharedRoom.Name)]
public sealed class TimelineTests(Chromium chromium, OldRoom room) : IClassFixture<OldRoom>
{
    [SkippableFact]
    public async Task Newer_history_loads_on_scrolling_down_and_the_message_being_read_stays_at_its_pixel()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        await GoAsync(ann, 10);
        await ann.WaitUntilAsync("() => first() === 1 && calm()");
        // Until the first messages are dropped: removing rows above must not move the reader either.
        while (await ann.Page.EvaluateAsync<bool>("first() === 1"))
        {
            var last = await ann.Page.EvaluateAsync<int>("last()");
            line.Hold(frame => frame["at_end"] is not null);
            await ann.Timeline.EvaluateAsync(
                "el => { el.scrollTop = el.scrollHeight - el.clientHeight - 240 - Math.round(Math.random() * 200); }");
            await Deadline.UntilAsync(() => line.Held > 0, "The page did not ask for newer messages.");
            var seq = await ann.Page.EvaluateAsync<string>("middle()");
            var before = await ann.Page.EvaluateAsync<double>("topOf", seq);
            await ann.Page.EvaluateAsync("follow", seq);
            line.Release();

            await ann.WaitUntilAsync("(before) => last() > before", last);
            Assert.Equal(before, await ann.Page.EvaluateAsync<double>("topOf", seq), 1.0);
            Assert.Equal(before, await ann.Page.EvaluateAsync<double>("range.low"), 1.0);
            Assert.Equal(before, await ann.Page.EvaluateAsync<double>("range.high"), 1.0);
        }
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task The_message_being_read_stays_in_place_when_the_width_changes()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await GoAsync(ann, 200);
        const string Top = "() => { const { top } = document.querySelector('#timeline').getBoundingClientRect(); return rows().find((row) => row.getBoundingClientRect().bottom > top).dataset.seq; }";
        var seq = await ann.Page.EvaluateAsync<string>(Top);
        foreach (var width in new[] { 420, 900, 1280 })
        {
            await ann.Page.SetViewportSizeAsync(width, 800);
            await ann.WaitForFramesAsync();
            Assert.Equal(seq, await ann.Page.EvaluateAsync<string>(Top));
        }
        Assert.Equal("none", await ann.Timeline.EvaluateAsync<string>("el => getComputedStyle(el).overflowAnchor"));
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task An_own_message_sent_from_deep_in_the_history_appears_at_the_end_within_a_frame()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await GoAsync(ann, 42);
        // Sent while the page shows other messages.
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
        await ann.WaitUntilAsync("() => globalThis.frame");
        Assert.Equal([$"meanwhile {ann.Name}", $"from afar {ann.Name}"], await ann.Page.EvaluateAsync<string[]>("frame.texts"));
        Assert.True(await ann.Page.EvaluateAsync<bool>("frame.inside"));
        line.Release();
        await Expect(ann.Stored($"from afar {ann.Name}")).ToBeInViewportAsync();
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task The_button_goes_to_the_first_new_message_even_from_deep_in_the_history()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await GoAsync(ann, 42);
        // More than a screen, and more than the page keeps of the newest messages.
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
    public async Task A_link_opened_while_signed_out_asks_for_a_name_and_then_shows_the_message()
    {
        await using var ann = await Person.OpenPageAsync(chromium, room);
        await ann.Page.GotoAsync("about:blank");
        await ann.RecordAsync("lit", "document.querySelector('[data-highlight]')?.dataset.seq");
        await ann.Page.GotoAsync("/#/c/default/m/77");
        await Expect(ann.JoinForm).ToBeVisibleAsync();
        await ann.EnterNameAsync(Person.NewName());
        var target = ann.Page.Locator("[data-seq='77']");
        await Expect(target).ToBeInViewportAsync();
        await ann.RecordedAsync("lit", "77");
        await Expect(target).Not.ToHaveAttributeAsync("data-highlight", "");
        ann.AssertClean();
    }

    [SkippableTheory]
    [InlineData(90, true)]
    [InlineData(110, false)]
    public async Task The_page_follows_new_messages_only_within_100_pixels_of_the_end(int pixels, bool follows)
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ann.LeaveEndAsync($"el.scrollHeight - el.clientHeight - {pixels}");
        await ben.SaidAsync($"news {ann.Name}");
        await ann.Stored($"news {ann.Name}").WaitForAsync();
        const string FromEnd = "el => Math.round(el.scrollHeight - el.clientHeight - el.scrollTop)";
        if (follows)
            await Deadline.UntilAsync(
                async () => await ann.Timeline.EvaluateAsync<int>(FromEnd) == 0, Person.Patience, () => "The page did not follow the end.");
        else Assert.True(await ann.Timeline.EvaluateAsync<int>(FromEnd) > pixels);
        await Expect(ann.Page.Locator(".pill")).ToBeVisibleAsync(new() { Visible = !follows });
        ann.AssertClean();
    }

    static ILocator Pill(Person person, string name) => person.Page.GetByRole(AriaRole.Button, new() { Name = name });

    /// <summary>Goes to a message by its number and waits until its surroundings are loaded.</summary>
    static async Task GoAsync(Person person, int seq)
    {
        await person.Page.EvaluateAsync(HistoryTests.Measures);
        await person.Page.Keyboard.PressAsync("Control+k");
        await Expect(person.Page.Locator(".palette-input")).ToBeFocusedAsync();
        await person.Page.Keyboard.TypeAsync($"{seq}");
        await person.Page.Keyboard.PressAsync("Enter");
        await Expect(person.Page.Locator($"[data-seq='{seq}']")).ToBeInViewportAsync();
        await person.WaitUntilAsync("() => calm()");
    }
}
