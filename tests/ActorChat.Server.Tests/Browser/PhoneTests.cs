using ActorChat.Domain;
using ActorChat.Server.Tests.Clients;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>A touch screen 360 pixels wide, with an on-screen keyboard.</summary>
[Collection(SharedRoom.Name)]
public sealed class PhoneTests(Chromium chromium, SharedRoom room)
{
    static readonly Setup Phone = new(Width: 360, Height: 740, Touch: true, Scale: 2);

    // Links within text are exempt from the target size rule.
    const string TooSmall = """
        () => [...document.querySelectorAll("a[href], button, input, textarea, [role=option]")]
          .filter((el) => el.checkVisibility() && !el.matches(".message-text p a, .message-text.plain a, .message-text li a, .message-text td a"))
          .map((el) => ({ el, box: el.getBoundingClientRect() }))
          .filter(({ box }) => Math.round(box.width) < 44 || Math.round(box.height) < 44) // rounded, because animated boxes have fractional sizes
          .map(({ el, box }) => `${Math.round(box.width)}×${Math.round(box.height)} ${el.outerHTML.slice(0, 100)}`)
        """;

    [SkippableFact]
    public async Task Every_touch_target_is_at_least_44_pixels_large()
    {
        var line = new SocketProxy();
        await using var ann = await Person.OpenPageAsync(chromium, room, Phone with { Before = line.AttachAsync });
        await using var ben = await ChatClient.JoinAsync(room.Server, Person.NewName("Ben"));
        Assert.Empty(await ann.Page.EvaluateAsync<string[]>(TooSmall));
        await ann.EnterNameAsync(Person.NewName());
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
        line.Disconnect();
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
        Assert.True(await ann.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page scrolls sideways.");
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task On_a_phone_Enter_inserts_a_line_break_and_the_button_sends()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: Phone);
        await ann.Composer.TapAsync();
        await ann.Page.Keyboard.TypeAsync($"one {ann.Name}");
        await ann.Page.Keyboard.PressAsync("Enter");
        await ann.Page.Keyboard.TypeAsync("two");
        await Expect(ann.Composer).ToHaveValueAsync($"one {ann.Name}\ntwo");
        await ann.Page.TapAsync("#composer-send");
        await Expect(ann.Composer).ToHaveValueAsync("");
        await Expect(ann.Composer).ToBeFocusedAsync(); // the on-screen keyboard stays open
        await Expect(ann.Rows.Filter(new() { HasText = $"one {ann.Name}" }).And(ann.Page.Locator("[data-seq]"))).ToHaveCountAsync(1);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task The_composer_stays_above_an_on_screen_keyboard_that_covers_the_page()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: Phone);
        await using var ben = await ChatClient.JoinAsync(room.Server, Person.NewName("Ben"));
        for (var n = 0; n < 20; n++) await ben.SaidAsync($"above it {n} {ann.Name}");
        await Expect(ann.Stored($"above it 19 {ann.Name}")).ToHaveCountAsync(1);
        // Some browsers do not resize the page for the keyboard: only the visual viewport shrinks.
        await ann.Page.EvaluateAsync("""
            () => {
              globalThis.visible = 360;
              Object.defineProperty(visualViewport, "height", { get: () => visible });
              visualViewport.dispatchEvent(new Event("resize"));
            }
            """);
        await ann.WaitUntilAsync("() => Math.abs(document.querySelector('.foot').getBoundingClientRect().bottom - 360) < 1");
        await Expect(ann.Page.Locator(".head")).ToBeInViewportAsync();
        // The newest message is still visible.
        await ann.WaitUntilAsync("""
            () => {
              const row = [...document.querySelectorAll("#timeline .row")].at(-1).getBoundingClientRect();
              return row.bottom <= document.querySelector(".foot").getBoundingClientRect().top + 1 && row.top > 52;
            }
            """);
        await ann.Page.EvaluateAsync("() => { visible = innerHeight; visualViewport.dispatchEvent(new Event('resize')); }");
        await ann.WaitUntilAsync("() => Math.abs(document.querySelector('.foot').getBoundingClientRect().bottom - innerHeight) < 1");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Nothing_is_placed_outside_the_safe_area()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: Phone);
        await using var ben = await ChatClient.JoinAsync(room.Server, Person.NewName("Ben"));
        await ben.SaidAsync($"safe {ann.Name}");
        await Expect(ann.Stored($"safe {ann.Name}")).ToHaveCountAsync(1);
        var browser = await ann.Context.NewCDPSessionAsync(ann.Page);
        await browser.SendAsync("Emulation.setSafeAreaInsetsOverride", new Dictionary<string, object>
        {
            ["insets"] = new Dictionary<string, object> { ["top"] = 47, ["left"] = 30, ["right"] = 31, ["bottom"] = 34 },
        });
        await ann.WaitUntilAsync("""
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
