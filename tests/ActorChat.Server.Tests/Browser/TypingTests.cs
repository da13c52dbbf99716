using System.Diagnostics;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Name)]
public sealed class TypingTests(Chromium chromium, SharedRoom room)
{
    static ILocator Line(Person person) => person.Page.Locator(".typing");

    static Task TypeAsync(ChatClient client) => client.SendAsync(new { type = "typing", conversation = "default" });

    [SkippableFact]
    public async Task Who_types_is_named_until_the_message_is_there_and_nothing_moves()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await Person.JoinAsync(chromium, room);
        await ann.SaidAsync($"stands still {ann.Name}");
        // What is said, and where the last row stands then: it is over five seconds after the last key, whoever looks.
        await ann.NoteAsync("line", "`${[...document.querySelectorAll('#timeline .row')].at(-1).getBoundingClientRect().top} ${document.querySelector('.typing').textContent}`");
        await ben.NoteAsync("line", "document.querySelector('.typing').textContent");
        var until = await ann.NotedAsync("line");
        var before = until[^1].Trim();

        var named = $"{ben.Name} is typing…";
        await Deadline.UntilAsync(async () =>
        {
            await ben.Composer.PressAsync("h");
            return (await ann.NotedAsync("line")).Any(one => one.EndsWith(named, StringComparison.Ordinal));
        }, Person.Patience, () => "Nobody was named.");
        Assert.All((await ann.NotedAsync("line")).Skip(until.Length), one => Assert.Contains(one.Trim(), new[] { before, $"{before} {named}" }));
        Assert.Equal([""], await ben.NotedAsync("line"));

        var text = $"hello {ben.Name}";
        // Frame by frame: the words and the line about them are never there together.
        await ann.Page.EvaluateAsync("""
            (text) => {
              globalThis.both = 0;
              const look = () => {
                const there = [...document.querySelectorAll("#timeline .message-text")].some((el) => el.textContent === text);
                if (there && document.querySelector(".typing").textContent) both++;
                if (!there) requestAnimationFrame(look);
                else globalThis.arrived = true;
              };
              requestAnimationFrame(look);
            }
            """, text);
        await ben.SayAsync(text);
        await ann.HoldsAsync("() => globalThis.arrived");
        Assert.Equal(0, await ann.Page.EvaluateAsync<int>("both"));
        await Expect(Line(ann)).ToHaveTextAsync("");
        ann.AssertClean();
    }

    /// <summary>They go on until it was said: whoever stops is no longer named five seconds later.</summary>
    static async Task SaidAsync(Person person, string text, params ChatClient[] typing)
    {
        Stopwatch? typed = null;
        await Deadline.UntilAsync(async () =>
        {
            // More often than that the server does not pass it on.
            if (typed is null || typed.Elapsed > TimeSpan.FromSeconds(1))
            {
                typed = Stopwatch.StartNew();
                foreach (var client in typing) await TypeAsync(client);
            }
            return await person.Page.EvaluateAsync<bool>("(text) => said.some((one) => one.text === text)", text);
        }, Person.Patience, () => $"It was never said: {text}");
    }
}
