using Microsoft.Playwright;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Name)]
public sealed class ThemeTests(Chromium chromium, SharedRoom room)
{
    [SkippableTheory]
    [InlineData(ColorScheme.Light, "dark")]
    [InlineData(ColorScheme.Dark, "light")]
    public async Task A_chosen_theme_survives_a_reload_and_the_other_theme_never_flashes(ColorScheme system, string chosen)
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Theme: system));
        var before = await BackgroundAsync(ann);
        var button = ann.Page.Locator("header .tool").Last;
        // The button cycles through system, light and dark.
        while (await ann.Page.EvaluateAsync<string?>("document.documentElement.dataset.theme ?? null") != chosen) await button.ClickAsync();
        var after = await BackgroundAsync(ann);
        Assert.NotEqual(before, after);
        Assert.Equal($"Theme: {chosen}. Switch", await button.GetAttributeAsync("aria-label"));

        await ann.Page.AddInitScriptAsync("""
            globalThis.shown = new Set();
            const look = () => { if (document.body) shown.add(getComputedStyle(document.documentElement).backgroundColor); requestAnimationFrame(look); };
            look();
            """);
        await ann.Page.ReloadAsync();
        await ann.WaitUntilLiveAsync();

        // Before the stylesheet is loaded the background is transparent, and the browser paints the colour scheme's default.
        await ann.WaitUntilAsync("(after) => shown.has(after)", after);
        Assert.DoesNotContain(before, await ann.Page.EvaluateAsync<string[]>("[...shown]"));
        Assert.Equal(chosen, await ann.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).colorScheme"));
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Without_a_chosen_theme_the_page_follows_the_system()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        var light = await BackgroundAsync(ann);
        await ann.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.NotEqual(light, await BackgroundAsync(ann));
        ann.AssertClean();
    }

    static Task<string> BackgroundAsync(Person person) =>
        person.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");
}
