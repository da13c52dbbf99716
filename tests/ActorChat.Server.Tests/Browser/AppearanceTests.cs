using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Zoom, forced colors, reduced motion and contrast.</summary>
[Collection(SharedRoom.Name)]
public sealed class AppearanceTests(Chromium chromium, SharedRoom room)
{
    // Controls that are not completely visible or are covered by another element.
    const string Unreachable = """
        (selectors) => selectors.filter((selector) => {
          const el = document.querySelector(selector);
          const box = el?.getBoundingClientRect();
          if (!box?.width || box.left < 0 || box.top < 0 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1) return true;
          const hit = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
          return !(el.contains(hit) || hit?.contains(el));
        })
        """;

    [SkippableFact]
    public async Task At_200_percent_zoom_all_controls_are_visible_and_nothing_scrolls_sideways()
    {
        await using var ann = await Person.OpenPageAsync(chromium, room, new Setup(Width: 640, Height: 400, Scale: 2));
        await AssertReachableAsync(ann, "#join-name", "#join-form button");
        await ann.EnterNameAsync(Person.NewName());
        await ann.SaidAsync($"large {ann.Name} " + new string('w', 200));
        await AssertReachableAsync(ann, "#composer-input", "#composer-send", ".head h1", ".tool.go", ".tool:last-child", "#timeline");
        Assert.True((await ann.Timeline.BoundingBoxAsync())!.Height > 200);

        await ann.Page.Keyboard.PressAsync("Control+k");
        await AssertReachableAsync(ann, ".palette-input", "#palette-0");
        await ann.Page.Keyboard.PressAsync("ArrowUp"); // selects the last one
        await Expect(ann.Page.Locator("#palette-list li").Last).ToBeInViewportAsync(new() { Ratio = 1 });
        await ann.Page.Keyboard.PressAsync("Escape");
        await ann.Timeline.FocusAsync();
        await ann.Page.Keyboard.PressAsync("?");
        var close = ann.Page.Locator("#shortcuts button");
        await close.ScrollIntoViewIfNeededAsync();
        await AssertReachableAsync(ann, "#shortcuts button");
        ann.AssertClean();
    }

    [SkippableTheory]
    [InlineData(1280, "en-GB")]
    [InlineData(1280, "en-US")]
    [InlineData(360, "en-GB")]
    public async Task The_time_of_a_message_in_a_group_does_not_cover_its_words(int width, string locale)
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Width: width, Locale: locale));
        await ann.SaidAsync($"first {ann.Name}");
        await ann.SaidAsync($"second {ann.Name}");
        var row = ann.Stored($"second {ann.Name}");
        Assert.DoesNotContain("first", await row.GetAttributeAsync("class") ?? "", StringComparison.Ordinal);
        await row.HoverAsync();
        await Expect(row.Locator(".when")).ToHaveCSSAsync("opacity", "1");
        var gap = await row.EvaluateAsync<double>("""
            (row) => {
              const words = document.createRange();
              words.selectNodeContents(row.querySelector(".message-text"));
              const time = row.querySelector(".when").getBoundingClientRect();
              return Math.min(words.getBoundingClientRect().left - time.right, time.left);
            }
            """);
        Assert.True(gap >= 0, $"The time covers {-gap} pixels of the words, or leaves the page.");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task With_forced_colors_borders_and_outlines_replace_backgrounds()
    {
        await using var ann = await Person.OpenPageAsync(chromium, room);
        await ann.Page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active });
        await AssertOutlinedAsync(ann, "#join-form button");
        await ann.EnterNameAsync(Person.NewName());
        await ann.SaidAsync($"in two colours {ann.Name}");
        await ann.Composer.FillAsync("x");
        await AssertOutlinedAsync(ann, "#composer-input");
        await AssertOutlinedAsync(ann, "#composer-send");
        Assert.Equal("3px", await StyleAsync(ann, ".row.own", "borderInlineStartWidth"));
        Assert.Equal("solid", await StyleAsync(ann, "#composer-input", "outlineStyle"));

        await ann.Page.Keyboard.PressAsync("Control+k");
        Assert.Equal("solid 2px",
            $"{await StyleAsync(ann, "#palette-0", "outlineStyle")} {await StyleAsync(ann, "#palette-0", "outlineWidth")}");
        Assert.NotEqual("solid", await StyleAsync(ann, "#palette-1", "outlineStyle"));
        await ann.Page.Keyboard.PressAsync("Escape");
        // Icons have the colour of the text; both are read at once, because colours are animated.
        var colours = await ann.Page.EvalOnSelectorAsync<string[]>("#composer-send",
            "(el) => [getComputedStyle(el).color, getComputedStyle(el.querySelector('.icon')).stroke]");
        Assert.Equal(colours[0], colours[1]);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task With_reduced_motion_nothing_is_animated()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Still: true));
        await ann.Page.EvaluateAsync("""
            () => {
              globalThis.moved = new Set();
              const look = () => {
                for (const one of document.getAnimations()) if (one.effect.getComputedTiming().activeDuration > 1) moved.add(one.animationName ?? one.transitionProperty);
                for (const el of document.querySelectorAll("html, .timeline, .dialog")) if (getComputedStyle(el).scrollBehavior !== "auto") moved.add("smooth scroll");
                if ([...document.querySelectorAll(".caret")].some((el) => el.checkVisibility())) moved.add("caret");
                requestAnimationFrame(look);
              };
              look();
            }
            """);
        await ann.SayAsync($"/AIBot {ann.Name} " + string.Join(' ', Enumerable.Range(1, 30)));
        await Expect(ann.Page.Locator(".row.bot").Filter(new() { HasText = ann.Name })).ToHaveAttributeAsync("data-state", "done");
        await ann.Page.Keyboard.PressAsync("Control+k");
        await Expect(ann.Page.Locator("#palette")).ToBeVisibleAsync();
        await ann.Page.Keyboard.PressAsync("Escape");
        await ann.WaitForFramesAsync();
        Assert.Empty(await ann.Page.EvaluateAsync<string[]>("[...moved]"));
        ann.AssertClean();
    }

    [SkippableTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_name_hue_has_enough_contrast_on_every_background(ColorScheme theme)
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Theme: theme));
        await ann.SaidAsync($"colours {ann.Name}");
        var worst = await ann.Page.EvaluateAsync<double>("""
            () => {
              const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
              const paint = (...layers) => {
                for (const layer of layers) { context.fillStyle = layer; context.fillRect(0, 0, 1, 1); }
                return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
              };
              const light = (rgb) => rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
              const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => n - m); return (x + 0.05) / (y + 0.05); };
              const row = document.querySelector(".row.own.first");
              const style = (el) => getComputedStyle(el);
              const paper = style(document.documentElement).backgroundColor;
              const own = style(row).backgroundColor;
              const side = style(document.querySelector(".side")).backgroundColor;
              let worst = 21;
              for (let hue = 0; hue < 360; hue += 5) {
                row.style.setProperty("--h", String(hue));
                const name = style(row.querySelector(".who")).color, tile = row.querySelector(".avatar");
                for (const ground of [[paper], [paper, own], [side]]) worst = Math.min(worst, contrast(paint(name), paint(...ground)));
                worst = Math.min(worst, contrast(paint(style(tile).color), paint(style(tile).backgroundColor)));
              }
              return worst;
            }
            """);
        Assert.True(worst >= 4.5, $"The worst contrast is {worst:F2}.");
        Assert.True(worst < 15, "No contrast was measured.");
        ann.AssertClean();
    }

    static async Task AssertReachableAsync(Person person, params string[] selectors)
    {
        Assert.Empty(await person.Page.EvaluateAsync<string[]>(Unreachable, selectors));
        Assert.True(await person.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
            "The page scrolls sideways.");
    }

    static async Task AssertOutlinedAsync(Person person, string selector) =>
        Assert.Equal("solid 1px",
            $"{await StyleAsync(person, selector, "borderTopStyle")} {await StyleAsync(person, selector, "borderTopWidth")}");

    static Task<string> StyleAsync(Person person, string selector, string property) =>
        person.Page.EvalOnSelectorAsync<string>(selector, "(el, name) => getComputedStyle(el)[name]", property);
}
