using ActorChat.Domain;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Holds back answers until the test releases them.</summary>
static class HeldAnswers
{
    /// <summary>Holds back all frames of answers after the first one, or only their ends.</summary>
    public static void HoldAnswers(this SocketProxy line, bool endsOnly = false)
    {
        line.Hold(frame => (string?)frame["type"] == "answered" || (!endsOnly && (string?)frame["type"] == "ai_delta"));
        // The reply to a heartbeat would name the head of the log, and the page would pull the held events.
        line.Answer = frame => (string?)frame["type"] == "heartbeat" ? new { type = "ok", re = (int)frame["id"]! } : null;
    }

    /// <summary>Releases the held frames one by one, so that each is rendered, until the answer is done.</summary>
    /// <param name="before">Called before each release; for frames that the test holds back itself.</param>
    public static Task ReleaseOneByOneAsync(this SocketProxy line, Person person, ILocator answer, Func<Task>? before = null) =>
        Deadline.UntilAsync(async () =>
    {
        while (line.Held > 0)
        {
            if (before is not null) await before();
            line.ReleaseNext();
            await person.WaitForFramesAsync();
        }
        return await answer.And(person.Page.Locator("[data-state=done]")).CountAsync() > 0;
    }, TimeSpan.FromMinutes(2), () => "The answer did not end.");
}
