using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;

namespace ActorChat.Server.Tests.Browser;

/// <summary>The page's own clock, where it was installed before the page was opened.</summary>
static class Clocks
{
    /// <summary>Stops it a second ahead. What the page waits for counts from then on as the test lets it run, not as long as the machine takes.</summary>
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
            return false; // a second went by in between; from now on the clock stands
        }
    }, Person.Patience, () => "The page's clock does not stop.");
}
