using Microsoft.Playwright;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Whether a tab is looked at: a browser without a window thinks that all of them are, so the test says it.</summary>
static class Sight
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
