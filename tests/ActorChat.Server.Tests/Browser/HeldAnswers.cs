using ActorChat.Domain;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Answers that come as fast as a test lets them.</summary>
static class HeldAnswers
{
    /// <summary>Keeps back everything of the answers but their beginning; or their ends only.</summary>
    public static void HoldAnswers(this Line line, bool endsOnly = false)
    {
        line.Hold(frame => (string?)frame["type"] == "answered" || (!endsOnly && (string?)frame["type"] == "ai_delta"));
        // A heartbeat would find out that something is kept back, and the page would ask for it.
        line.Answer = frame => (string?)frame["type"] == "heartbeat" ? new { type = "ok", re = (int)frame["id"]! } : null;
    }

    /// <summary>Lets go of what is kept back, one by one, so that each is drawn; until an answer is done.</summary>
    /// <param name="before">Lets go of what the test keeps back itself and the server said before it.</param>
    public static Task LetGoAsync(this Line line, Person person, ILocator answer, Func<Task>? before = null) => Deadline.UntilAsync(async () =>
    {
        while (line.Held > 0)
        {
            if (before is not null) await before();
            line.ReleaseNext();
            await person.FramesAsync();
        }
        return await answer.And(person.Page.Locator("[data-state=done]")).CountAsync() > 0;
    }, TimeSpan.FromMinutes(2), () => "The answer did not end.");
}
