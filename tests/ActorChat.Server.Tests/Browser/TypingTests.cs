using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Name)]
public sealed class TypingTests(Chromium chromium, SharedRoom room)
{
    static ILocator Line(Person person) => person.Page.Locator(".typing");

    [SkippableFact]
    public async Task The_typing_indicator_is_shown_until_the_message_arrives_and_moves_nothing()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await Person.JoinAsync(chromium, room);
        await ann.SaidAsync($"stands still {ann.Name}");
        // Records the text and the position of the last row; the text disappears five seconds after the last key.
        await ann.RecordAsync("line", "`${[...document.querySelectorAll('#timeline .row')].at(-1).getBoundingClientRect().top} ${document.querySelector('.typing').textContent}`");
        await ben.RecordAsync("line", "document.querySelector('.typing').textContent");
        var until = await ann.RecordedAsync("line");
        var before = until[^1].Trim();

        var named = $"{ben.Name} is typing…";
        await Deadline.UntilAsync(async () =>
        {
            await ben.Composer.PressAsync("h");
            return (await ann.RecordedAsync("line")).Any(one => one.EndsWith(named, StringComparison.Ordinal));
        }, Person.Patience, () => "The typing indicator was not shown.");
        Assert.All((await ann.RecordedAsync("line")).Skip(until.Length),
            one => Assert.Contains(one.Trim(), new[] { before, $"{before} {named}" }));
        Assert.Equal([""], await ben.RecordedAsync("line"));

        var text = $"hello {ben.Name}";
        // In every frame: the message and the typing indicator are never visible together.
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
        await ann.WaitUntilAsync("() => globalThis.arrived");
        Assert.Equal(0, await ann.Page.EvaluateAsync<int>("both"));
        await Expect(Line(ann)).ToHaveTextAsync("");
        ann.AssertClean();
    }
}
