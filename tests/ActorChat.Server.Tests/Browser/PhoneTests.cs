using ActorChat.Domain;
using ActorChat.Server.Tests.Clients;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>A screen of 360 px, fingers, and a keyboard that covers half of it.</summary>
[Collection(SharedRoom.Name)]
public sealed class PhoneTests(Chromium chromium, SharedRoom room)
{
    static readonly Setup Phone = new(Width: 360, Height: 740, Touch: true, Scale: 2);

    // Links in running text are as high as their line: the rule for targets leaves those out.
    const string TooSmall = """
        () => [...document.querySelectorAll("a[href], button, input, textarea, [role=option]")]
          .filter((el) => el.checkVisibility() && !el.matches(".message-text p a, .message-text.plain a, .message-text li a, .message-text td a"))
          .map((el) => ({ el, box: el.getBoundingClientRect() }))
          .filter(({ box }) => Math.round(box.width) < 44 || Math.round(box.height) < 44) // what opens and scrolls stands on parts of pixels
          .map(({ el, box }) => `${Math.round(box.width)}×${Math.round(box.height)} ${el.outerHTML.slice(0, 100)}`)
        """;

    [SkippableFact]
    public async Task Whatever_a_finger_is_to_meet_is_forty_four_pixels_large()
    {
        var line = new Line();
        await using var ann = await Person.ArriveAsync(chromium, room, Phone with { Before = line.TapAsync });
        await using var ben = await ChatClient.JoinAsync(room.Server, Person.NewName("Ben"));
        Assert.Empty(await ann.Page.EvaluateAsync<string[]>(TooSmall));
        await ann.EnterAsync(Person.NewName());
        await ben.SaidAsync("```js\nconst n = 1;\n```\n\nhttps://example.org and [a link](https://example.org)");
        await ben.SaidAsync("second of a group");
        await ben.SaidAsync($"/AIBot small targets {ann.Name}");
        await Expect(ann.Page.Locator(".row.bot[data-state=done]").Last).ToBeVisibleAsync();
        line.Answer = frame => (string?)frame["type"] == "send"
            ? new { type = "error", re = (int)frame["id"]!, code = "forbidden", message = "Not today.", retry = false }
            : null;
        await ann.Composer.FillAsync("fails");
        await ann.Page.TapAsync("#composer-send");
        await Expect(ann.Row("fails")).ToHaveAttributeAsync("data-state", "failed");
        line.Cut();
        await Expect(ann.Banner).ToBeVisibleAsync();
        await ann.Composer.FillAsync("/");
        await Expect(ann.Page.Locator("#complete")).ToBeVisibleAsync();
        Assert.Empty(await ann.Page.EvaluateAsync<string[]>(TooSmall));

        await ann.Composer.FillAsync("");
        await ann.Page.TapAsync(".tool.go");
        await Expect(ann.Page.Locator("#palette")).ToBeVisibleAsync();
        Assert.Empty(await ann.Page.EvaluateAsync<string[]>(TooSmall));
        await ann.Page.GetByRole(AriaRole.Option, new() { Name = "Keyboard shortcuts" }).TapAsync();
        await Expect(ann.Page.Locator("#shortcuts")).ToBeVisibleAsync();
        Assert.Empty(await ann.Page.EvaluateAsync<string[]>(TooSmall));
        Assert.True(await ann.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "It scrolls sideways.");
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task Enter_breaks_the_line_and_the_button_sends()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: Phone);
        await ann.Composer.TapAsync();
        await ann.Page.Keyboard.TypeAsync($"one {ann.Name}");
        await ann.Page.Keyboard.PressAsync("Enter");
        await ann.Page.Keyboard.TypeAsync("two");
        await Expect(ann.Composer).ToHaveValueAsync($"one {ann.Name}\ntwo");
        await ann.Page.TapAsync("#composer-send");
        await Expect(ann.Composer).ToHaveValueAsync("");
        await Expect(ann.Composer).ToBeFocusedAsync(); // the keyboard stays up
        await Expect(ann.Rows.Filter(new() { HasText = $"one {ann.Name}" }).And(ann.Page.Locator("[data-seq]"))).ToHaveCountAsync(1);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task The_composer_stands_above_a_keyboard_that_covers_the_page()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: Phone);
        await using var ben = await ChatClient.JoinAsync(room.Server, Person.NewName("Ben"));
        for (var n = 0; n < 20; n++) await ben.SaidAsync($"above it {n} {ann.Name}");
        await Expect(ann.Settled($"above it 19 {ann.Name}")).ToHaveCountAsync(1);
        // As the browsers do it that leave the page as high as it was: only the visible part shrinks.
        await ann.Page.EvaluateAsync("""
            () => {
              globalThis.visible = 360;
              Object.defineProperty(visualViewport, "height", { get: () => visible });
              visualViewport.dispatchEvent(new Event("resize"));
            }
            """);
        await ann.HoldsAsync("() => Math.abs(document.querySelector('.foot').getBoundingClientRect().bottom - 360) < 1");
        await Expect(ann.Page.Locator(".head")).ToBeInViewportAsync();
        // The newest message is still the one that is read.
        await ann.HoldsAsync("""
            () => {
              const row = [...document.querySelectorAll("#timeline .row")].at(-1).getBoundingClientRect();
              return row.bottom <= document.querySelector(".foot").getBoundingClientRect().top + 1 && row.top > 52;
            }
            """);
        await ann.Page.EvaluateAsync("() => { visible = innerHeight; visualViewport.dispatchEvent(new Event('resize')); }");
        await ann.HoldsAsync("() => Math.abs(document.querySelector('.foot').getBoundingClientRect().bottom - innerHeight) < 1");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Nothing_lies_under_a_notch_or_the_bar_of_the_system()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: Phone);
        await using var ben = await ChatClient.JoinAsync(room.Server, Person.NewName("Ben"));
        await ben.SaidAsync($"safe {ann.Name}");
        await Expect(ann.Settled($"safe {ann.Name}")).ToHaveCountAsync(1);
        var browser = await ann.Context.NewCDPSessionAsync(ann.Page);
        await browser.SendAsync("Emulation.setSafeAreaInsetsOverride", new Dictionary<string, object>
        {
            ["insets"] = new Dictionary<string, object> { ["top"] = 47, ["left"] = 30, ["right"] = 31, ["bottom"] = 34 },
        });
        await ann.HoldsAsync("""
            () => {
              const box = (selector) => document.querySelector(selector).getBoundingClientRect();
              const composer = box("#composer-input"), head = box(".head h1"), tools = box(".tools"), row = box("#timeline .row");
              return head.top >= 47 && head.left >= 30 && tools.right <= innerWidth - 31 && row.left >= 30
                && composer.left >= 30 && composer.right <= innerWidth - 31 && composer.bottom <= innerHeight - 34;
            }
            """);
        ann.AssertClean();
    }
}
