using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Control of the page's clock, if it was installed before the page was opened.</summary>
static class Clocks
{
    /// <summary>Pauses the clock. From then on the page's time passes only when the test lets it, however slow the machine is.</summary>
    public static Task PauseClockAsync(this Person person) => Deadline.UntilAsync(async () =>
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(await person.Page.EvaluateAsync<long>("Date.now()"));
        try
        {
            await person.Page.Clock.PauseAtAsync(now.UtcDateTime.AddSeconds(1));
            return true;
        }
        catch (PlaywrightException)
        {
            return false; // more than a second passed in between
        }
    }, Person.Patience, () => "The page's clock does not stop.");
}
