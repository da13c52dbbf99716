using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Name)]
public sealed class AccessTests(Chromium chromium, SharedRoom room)
{
    static readonly Look[] Looks =
    [
        new(1280, 800, ColorScheme.Light), new(360, 740, ColorScheme.Light), new(360, 740, ColorScheme.Dark), new(1280, 800, ColorScheme.Dark),
    ];

    // Each theme and each width once.
    static readonly Look[] TwoLooks = [Looks[0], Looks[2]];

    [SkippableFact]
    public async Task Axe_finds_nothing_at_the_door()
    {
        await using var ann = await Person.ArriveAsync(chromium, room, new Setup(Still: true));
        await AssertNothingFoundAsync(ann, "join");
        await ann.Page.ClickAsync("#join-form button");
        await Expect(ann.Page.Locator("#join-error")).Not.ToBeEmptyAsync();
        await AssertNothingFoundAsync(ann, "join, refused", TwoLooks);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Axe_finds_nothing_in_an_empty_a_busy_and_a_lost_room()
    {
        var own = new OwnRoom();
        try
        {
            var line = new Line();
            await using var mara = await Person.JoinAsync(chromium, own, Scene.Viewer, new Setup(Still: true, Before: line.TapAsync));
            await Expect(mara.Page.Locator(".start.empty")).ToBeVisibleAsync();
            await AssertNothingFoundAsync(mara, "empty room");

            await Scene.PlayAsync(own, mara);
            await mara.Composer.FillAsync("half a thought");
            await AssertNothingFoundAsync(mara, "busy room");

            foreach (var (keys, dialog) in new[] { ("Control+k", "#palette"), ("?", "#shortcuts") })
            {
                await mara.Timeline.FocusAsync();
                await mara.Page.Keyboard.PressAsync(keys);
                await Expect(mara.Page.Locator(dialog)).ToBeVisibleAsync();
                await AssertNothingFoundAsync(mara, dialog, TwoLooks);
                await mara.Page.Keyboard.PressAsync("Escape");
            }

            line.Answer = frame => (string?)frame["type"] == "send"
                ? new { type = "error", re = (int)frame["id"]!, code = "forbidden", message = "Not today.", retry = false }
                : null;
            await mara.SayAsync("this one fails");
            await Expect(mara.Row("this one fails")).ToHaveAttributeAsync("data-state", "failed");
            line.Cut();
            await mara.SayAsync("this one waits");
            await Expect(mara.Banner).ToBeVisibleAsync();
            await AssertNothingFoundAsync(mara, "lost room");
            mara.AssertHarmless();
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task Everything_can_be_done_with_the_keyboard_alone()
    {
        await using var ann = await Person.ArriveAsync(chromium, room);
        var keyboard = ann.Page.Keyboard;
        var name = Person.NewName();
        await Expect(ann.Page.Locator("#join-name")).ToBeFocusedAsync();
        await keyboard.TypeAsync(name);
        await keyboard.PressAsync("Enter");
        await ann.LiveAsync();

        await Expect(ann.Composer).ToBeFocusedAsync();
        foreach (var text in new[] { $"one {name}", $"two {name} https://example.org", $"three {name}" })
        {
            await keyboard.TypeAsync(text);
            await keyboard.PressAsync("Enter");
            await ann.Settled(text).WaitForAsync();
        }

        // The messages are one stop, and the arrows go from one to the next.
        await keyboard.PressAsync("Shift+Tab");
        await Expect(ann.Timeline).ToBeFocusedAsync();
        await AssertFocusShowsAsync(ann);
        await keyboard.PressAsync("ArrowUp");
        await Expect(ann.Row($"three {name}")).ToBeFocusedAsync();
        await AssertFocusShowsAsync(ann);
        await keyboard.PressAsync("ArrowUp");
        await Expect(ann.Row($"two {name} https://example.org")).ToBeFocusedAsync();
        await keyboard.PressAsync("Home");
        await Expect(ann.Rows.First).ToBeFocusedAsync();
        await keyboard.PressAsync("End");
        await keyboard.PressAsync("ArrowUp");
        // What is in a message is reached from it.
        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Tab");
        await Expect(ann.Row($"two {name} https://example.org").Locator(".message-text a")).ToBeFocusedAsync();
        await AssertFocusShowsAsync(ann);
        await keyboard.PressAsync("Escape");
        await Expect(ann.Composer).ToBeFocusedAsync();

        await keyboard.PressAsync("Control+k");
        await Expect(ann.Page.Locator(".palette-input")).ToBeFocusedAsync();
        await keyboard.PressAsync("Escape");
        await Expect(ann.Composer).ToBeFocusedAsync();

        // Once around: every stop can be seen, and nothing is left out.
        var stops = new List<string>();
        for (var n = 0; n < 12; n++)
        {
            await keyboard.PressAsync("Tab");
            var stop = await ann.Page.EvaluateAsync<string>("document.activeElement === document.body ? 'page' : document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()");
            if (stops.Contains(stop)) break;
            stops.Add(stop);
        }
        foreach (var wanted in new[] { "Theme: system. Switch", "Messages in General", "Message General" }) Assert.Contains(wanted, stops);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Screen_readers_hear_whole_messages_and_of_an_answer_only_that_it_comes_and_is_there()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await Clients.ChatClient.JoinAsync(room.Server, Person.NewName("Ben"));
        await Expect(ann.Timeline).ToHaveAttributeAsync("role", "log");
        await Expect(ann.Timeline).ToHaveAttributeAsync("aria-live", "off");
        await ann.Page.EvaluateAsync("""
            () => {
              globalThis.spoken = [];
              const region = document.querySelector("#spoken");
              new MutationObserver(() => spoken.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
            }
            """);
        await ben.SaidAsync($"hear this {ann.Name}");
        await ann.HoldsAsync("(wanted) => spoken.includes(wanted)", $"{ben.Name}: hear this {ann.Name}");
        await ben.SaidAsync("/AIBot " + string.Join(' ', Enumerable.Range(1, 60)));
        await ann.HoldsAsync("() => spoken.some((words) => words.includes('AIBot is answering.'))");
        await ann.HoldsAsync("() => spoken.some((words) => words.includes('Answer ready.'))");
        Assert.False(await ann.Page.EvaluateAsync<bool>("spoken.some((words) => words.includes('You asked'))"));
        ann.AssertClean();
    }

    static async Task AssertNothingFoundAsync(Person person, string where, Look[]? looks = null)
    {
        foreach (var look in looks ?? Looks)
        {
            await person.Page.SetViewportSizeAsync(look.Width, look.Height);
            await person.Page.EmulateMediaAsync(new() { ColorScheme = look.Theme, ReducedMotion = ReducedMotion.Reduce });
            var found = await person.Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
            var told = found.Violations.SelectMany(v => v.Nodes.Select(n => $"{v.Id} ({v.Help}): {n.Html[..Math.Min(160, n.Html.Length)]} {string.Join(' ', n.Any.Select(a => a.Message))}"));
            Assert.True(found.Violations.Length == 0, $"{where}, {look}:\n{string.Join('\n', told)}");
        }
    }

    static async Task AssertFocusShowsAsync(Person person) =>
        Assert.Equal("solid 2px", await person.Page.EvaluateAsync<string>("(() => { const style = getComputedStyle(document.activeElement); return `${style.outlineStyle} ${style.outlineWidth}`; })()"));

    sealed record Look(int Width, int Height, ColorScheme Theme);
}
