using ActorChat.Server.Tests.Clients;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>These tests use their own room: wide code is a tab stop, which other tests do not expect.</summary>
[Collection(SharedRoom.Beside)]
public sealed class MessageTextTests(Chromium chromium, OwnRoom room) : IClassFixture<OwnRoom>
{
    [SkippableFact]
    public async Task Code_and_tables_scroll_inside_their_box_and_nothing_makes_the_page_wider_than_320_pixels()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Width: 320, Height: 640));
        await using var ben = await ChatClient.JoinAsync(room.Server);
        var wide = string.Join(" + ", Enumerable.Range(1, 80).Select(n => $"term{n}"));
        string[] texts =
        [
            $"code {ann.Name}\n\n```js\nconst sum = {wide};\n```",
            $"table {ann.Name}\n\n|{string.Join('|', Enumerable.Range(1, 14).Select(n => $"column {n}"))}|\n|{string.Concat(Enumerable.Repeat("---|", 14))}\n|{string.Concat(Enumerable.Repeat("x|", 14))}",
            $"word {ann.Name} {new string('W', 400)}",
            $"address {ann.Name} https://example.org/{new string('a', 300)}?q={new string('b', 100)}",
            $"span {ann.Name} `{new string('c', 200)}`",
            $"list {ann.Name}\n- one\n  - two\n    - three\n      - four\n        - {new string('d', 100)}\n\n> > > > {new string('e', 100)}",
        ];
        foreach (var text in texts) await ben.SaidAsync(text);
        await Expect(ann.Rows.Filter(new() { HasText = $"list {ann.Name}" })).ToHaveCountAsync(1);

        Assert.Equal("320 0", await ann.Page.EvaluateAsync<string>("""
            () => {
              const timeline = document.querySelector("#timeline");
              return `${document.documentElement.scrollWidth} ${timeline.scrollWidth - timeline.clientWidth}`;
            }
            """));
        foreach (var (row, box) in new[] { ("code", "pre"), ("table", ".table") })
        {
            var scroller = ann.Rows.Filter(new() { HasText = $"{row} {ann.Name}" }).Locator(box);
            Assert.True(await scroller.EvaluateAsync<bool>("el => { el.scrollLeft = 100; return el.scrollWidth > el.clientWidth && el.scrollLeft === 100; }"), $"The {row} does not scroll.");
        }
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Copy_copies_the_code_exactly_as_written()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ann.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var code = $"if (a < b && \"{ann.Name}\") {{\n\treturn `é👩‍🚀`;\n}}\n";
        await ben.SaidAsync($"take this:\n\n```\n{code}```\n\nand not this");
        var row = ann.Rows.Filter(new() { HasText = ann.Name });
        await row.HoverAsync();
        var copy = row.GetByRole(AriaRole.Button, new() { Name = "Copy" });
        await Expect(row.Locator(".copy")).ToHaveCSSAsync("opacity", "1");
        // The label changes only briefly, so an observer records it.
        await copy.EvaluateAsync("el => { globalThis.told = []; new MutationObserver(() => told.push(el.textContent)).observe(el, { childList: true, characterData: true, subtree: true }); }");
        await copy.ClickAsync();
        await ann.WaitUntilAsync("() => told.length >= 2");
        Assert.Equal(["Copied", "Copy"], await ann.Page.EvaluateAsync<string[]>("told"));
        Assert.Equal(code, await ann.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        ann.AssertClean();
    }
}
