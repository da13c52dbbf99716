using ActorChat.Domain;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Name)]
public sealed class AccessibilityTests(Chromium chromium, SharedRoom room)
{
    static readonly Look[] Looks =
    [
        new(1280, 800, ColorScheme.Light), new(360, 740, ColorScheme.Light), new(360, 740, ColorScheme.Dark),
            new(1280, 800, ColorScheme.Dark),
    ];

    // Covers both themes and both widths.
    static readonly Look[] TwoLooks = [Looks[0], Looks[2]];

    [SkippableFact]
    public async Task The_join_form_has_no_accessibility_violations()
    {
        await using var ann = await Person.OpenPageAsync(chromium, room, new Setup(Still: true));
        await AssertNothingFoundAsync(ann, "join");
        await ann.Page.ClickAsync("#join-form button");
        await Expect(ann.Page.Locator("#join-error")).Not.ToBeEmptyAsync();
        await AssertNothingFoundAsync(ann, "join, refused", TwoLooks);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task An_empty_a_busy_and_a_disconnected_room_have_no_accessibility_violations()
    {
        var own = new OwnRoom();
        try
        {
            var line = new SocketProxy();
            await using var mara = await Person.JoinAsync(
                chromium, own, SampleConversation.Viewer, new Setup(Still: true, Before: line.AttachAsync));
            await Expect(mara.Page.Locator(".start.empty")).ToBeVisibleAsync();
            await AssertNothingFoundAsync(mara, "empty room", TwoLooks);

            await SampleConversation.PlayAsync(own, mara);
            await mara.Composer.FillAsync("half a thought");
            await AssertNothingFoundAsync(mara, "busy room");

            await using (var asker = await Clients.ChatClient.JoinAsync(own.Server))
            {
                line.HoldAnswers(endsOnly: true); // the answer stays running while axe works
                await asker.SaidAsync("/AIBot " + string.Join(' ', Enumerable.Range(1, 200)));
                await Expect(mara.Page.Locator(".row.bot .caret")).ToHaveCountAsync(1);
                await AssertNothingFoundAsync(mara, "bot answering", TwoLooks);
                await Expect(mara.Page.Locator(".row.bot[data-state=running]")).ToHaveCountAsync(1); // it was running the whole time
                line.Release();
                await Expect(mara.Page.Locator(".row.bot[data-state=running]")).ToHaveCountAsync(0);
            }

            foreach (var (keys, dialog) in new[] { ("Control+k", "#palette"), ("?", "#shortcuts") })
            {
                await mara.Timeline.FocusAsync();
                await mara.Page.Keyboard.PressAsync(keys);
                await Expect(mara.Page.Locator(dialog)).ToBeVisibleAsync();
                await AssertNothingFoundAsync(mara, dialog, TwoLooks);
                await mara.Page.Keyboard.PressAsync("Escape");
            }
            await mara.Page.Keyboard.PressAsync("Control+k");
            await mara.Page.Locator(".palette-input").FillAsync("sign out");
            await mara.Page.Keyboard.PressAsync("Enter");
            await Expect(mara.Page.Locator("#signout")).ToBeVisibleAsync();
            await AssertNothingFoundAsync(mara, "#signout", TwoLooks);
            await mara.Page.Keyboard.PressAsync("Escape");

            line.Answer = frame => (string?)frame["type"] == "send"
                ? new { type = "error", re = (int)frame["id"]!, code = "forbidden", message = "Not today.", retry = false }
                : null;
            await mara.SayAsync("this one fails");
            await Expect(mara.Row("this one fails")).ToHaveAttributeAsync("data-state", "failed");
            line.Disconnect();
            await mara.SayAsync("this one waits");
            await Expect(mara.Banner).ToBeVisibleAsync();
            await AssertNothingFoundAsync(mara, "lost room", TwoLooks);
            mara.AssertHarmless();
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task Screen_readers_announce_whole_messages_but_only_the_start_and_end_of_an_answer()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await Clients.ChatClient.JoinAsync(room.Server, Person.NewName("Ben"));
        await Expect(ann.Timeline).ToHaveAttributeAsync("role", "log");
        await Expect(ann.Timeline).ToHaveAttributeAsync("aria-live", "off");
        await ann.Page.EvaluateAsync("""
            () => {
              globalThis.spoken = [];
              const region = document.querySelector("#announcer");
              new MutationObserver(() => spoken.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
            }
            """);
        await ben.SaidAsync($"hear this {ann.Name}");
        // It may be announced together with the end of another answer.
        await ann.WaitUntilAsync("(wanted) => spoken.some((words) => words.includes(wanted))", $"{ben.Name}: hear this {ann.Name}");
        await ben.SaidAsync("/AIBot " + string.Join(' ', Enumerable.Range(1, 60)));
        await ann.WaitUntilAsync("() => spoken.some((words) => words.includes('AIBot is answering.'))");
        await ann.WaitUntilAsync("() => spoken.some((words) => words.includes('Answer ready.'))");
        Assert.False(await ann.Page.EvaluateAsync<bool>("spoken.some((words) => words.includes('You asked'))"));
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task One_polite_live_region_announces_and_errors_go_to_an_alert_region()
    {
        var line = new SocketProxy();
        await using var ann = await Person.OpenPageAsync(chromium, room, new Setup(Before: line.AttachAsync));
        await ann.Page.ClickAsync("#join-form button");
        await Expect(ann.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Enter a name");
        await ann.EnterNameAsync(Person.NewName());
        await ann.SaidAsync($"fine {ann.Name}");
        Assert.Equal(["announcer"], await ann.Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('[role=status], [aria-live=polite]')].filter((el) => !el.closest('dialog')).map((el) => el.id)"));
        var alarm = ann.Page.Locator("#alert[role=alert]");
        await Expect(alarm).ToBeEmptyAsync();

        await ann.Composer.FillAsync(new string('x', 20_000));
        await Expect(alarm).ToHaveTextAsync("The message is too long to send.");
        line.Answer = frame => (string?)frame["type"] == "send"
            ? new { type = "error", re = (int)frame["id"]!, code = "forbidden", message = "Not today.", retry = false }
            : null;
        await ann.SayAsync("into the void");
        await Expect(alarm).ToHaveTextAsync("Not sent: into the void. Not today.");
        line.Disconnect();
        await Expect(ann.Banner).ToBeVisibleAsync();
        await Expect(ann.Page.Locator("#announcer")).ToContainTextAsync("No connection to the server.");
        ann.AssertHarmless();
    }

    static async Task AssertNothingFoundAsync(Person person, string where, Look[]? looks = null)
    {
        foreach (var look in looks ?? Looks)
        {
            await person.Page.SetViewportSizeAsync(look.Width, look.Height);
            await person.Page.EmulateMediaAsync(new() { ColorScheme = look.Theme, ReducedMotion = ReducedMotion.Reduce });
            // Boxes that now scroll become tab stops with the next frame.
            await person.WaitUntilAsync("(width) => innerWidth === width", look.Width);
            await person.WaitForFramesAsync();
            var found = await person.Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
            var told = found.Violations.SelectMany(v => v.Nodes.Select(
                n => $"{v.Id} ({v.Help}): {n.Html[..Math.Min(160, n.Html.Length)]} {string.Join(' ', n.Any.Select(a => a.Message))}"));
            Assert.True(found.Violations.Length == 0, $"{where}, {look}:\n{string.Join('\n', told)}");
        }
    }

    sealed record Look(int Width, int Height, ColorScheme Theme);
}
