using Microsoft.Playwright;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Controls whether a page is visible: in a headless browser every page is.</summary>
static class PageVisibility
{
    /// <summary>For <see cref="Setup.Before"/>.</summary>
    public static Task ControlAsync(IBrowserContext context) => context.AddInitScriptAsync("""
        (() => {
          let hidden = false;
          Object.defineProperty(document, "visibilityState", { get: () => (hidden ? "hidden" : "visible") });
          Object.defineProperty(document, "hidden", { get: () => hidden });
          globalThis.lookAway = (away) => { hidden = away; document.dispatchEvent(new Event("visibilitychange")); };
        })();
        """);

    public static Task HideAsync(IPage page) => page.EvaluateAsync("lookAway(true)");

    public static Task ShowAsync(IPage page) => page.EvaluateAsync("lookAway(false)");
}
