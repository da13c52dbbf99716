using System.Text.Json;
using ActorChat.Server.Tests.Clients;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>How Markdown looks. What it means is tested without a browser, in <c>tests/web/lib/markdown</c>.</summary>
[Collection(SharedRoom.Name)]
public sealed class RenderedTextTests(Chromium chromium, SharedRoom room)
{
    const string Notes = "## Release notes\n\n- the **importer** keeps `null` fields\n- see [the docs](https://example.org/a)\n\n```js\nlet a;\n```\n\n|a|b|\n|:-|-:|\n|1|2|";

    [SkippableTheory]
    [InlineData(Notes)]
    [InlineData("0. zero\n1. one\n\nC:\\_temp &amp; https://example.org/x\u2028*end*")]
    [InlineData("no Markdown, two  spaces\n\n and https://example.org/x")]
    public async Task A_message_looks_the_same_before_and_after_it_is_acknowledged(string text)
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.Page.EvaluateAsync("""
            () => {
              globalThis.looks = {};
              const look = () => {
                const row = [...document.querySelectorAll("#timeline .row.own")].at(-1);
                const text = row?.querySelector(".message-text");
                if (text) ((looks[row.dataset.state] ??= []).push(`${text.innerHTML} ${text.getBoundingClientRect().height}`));
                requestAnimationFrame(look);
              };
              requestAnimationFrame(look);
            }
            """);
        await ann.SayAsync(text);
        await ann.WaitUntilAsync("() => looks.sending && looks.sent?.length > 2");

        var looks = JsonSerializer.Deserialize<Dictionary<string,
            string[]>>(await ann.Page.EvaluateAsync<string>("JSON.stringify(looks)"))!;
        Assert.Single(looks["sending"].Concat(looks["sent"]).Distinct());
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Each_block_has_its_own_direction_and_code_is_left_to_right()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ben.SaidAsync($"hello *{ann.Name}*\n\nשלום **עולם**\n\n- שלום\n- hello\n\n> مرحبا\n\n```\n// שלום\n```\n\nתוכן `a b` כאן");
        var text = ann.Rows.Filter(new() { HasText = ann.Name }).Last.Locator(".message-text");
        await Expect(text.Locator("pre")).ToHaveCountAsync(1);

        var directions = await text.EvaluateAsync<string[]>("""
            (el) => [...el.querySelectorAll(":scope > p, ul, blockquote, pre code, p code")].map((one) => `${one.localName} ${getComputedStyle(one).direction}`)
            """);
        Assert.Equal(["p ltr", "p rtl", "ul rtl", "blockquote rtl", "code ltr", "p rtl", "code ltr"], directions);
        // The English item of the Hebrew list begins at the left.
        Assert.True(await text.EvaluateAsync<bool>("""
            (el) => {
              const item = el.querySelectorAll("li")[1], range = document.createRange();
              range.selectNodeContents(item);
              return range.getBoundingClientRect().left - item.getBoundingClientRect().left < 2;
            }
            """));
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Lists_keep_their_numbers_tables_their_alignment_and_every_line_its_own_line()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        var text = ann.Page.Locator(".row .message-text").Last;
        await ben.SaidAsync($"{ann.Name}\n\n0. zero\n1. one\n5. five\n\n|left|right|middle|\n|:-|-:|:-:|\n|a|b|c|");
        await Expect(text.Locator("td")).ToHaveCountAsync(3);

        Assert.Equal("0", await text.EvaluateAsync<string>("(el) => String(el.querySelector('ol').start)"));
        Assert.Equal("5", await text.EvaluateAsync<string>("(el) => String(el.querySelectorAll('li')[2].value)"));
        Assert.Equal(["left", "right", "center"],
            await text.EvaluateAsync<string[]>("(el) => [...el.querySelectorAll('td')].map((cell) => getComputedStyle(cell).textAlign)"));

        foreach (var end in new[] { "\n", "\r", "\u2028", "\r\n" })
        {
            foreach (var mark in new[] { "", "*" })
            {
                await ben.SaidAsync($"{mark}{ann.Name}{mark}{end}two");
                var row = ann.Rows.Last;
                await Expect(row.Locator(".message-text")).ToHaveJSPropertyAsync("innerText", $"{ann.Name}\ntwo");
            }
        }
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task A_link_that_wears_the_address_of_another_site_shows_its_real_host()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ben.SaidAsync($"{ann.Name} [https://bank.example/login](https://evil.example/)");
        var link = ann.Rows.Filter(new() { HasText = ann.Name }).Last.Locator(".message-text a");
        await Expect(link).ToHaveTextAsync("https://bank.example/login (evil.example)");
        await Expect(link).ToHaveAttributeAsync("href", "https://evil.example/");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task A_message_of_invisible_characters_is_not_sent_and_the_reason_is_shown()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.SayAsync("\u200b\u2060\u2800");
        var row = ann.Page.Locator(".row[data-state=failed]");
        await Expect(row.Locator(".note")).ToContainTextAsync("invisible");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Without_the_renderer_messages_are_shown_as_typed_after_a_moment_and_drawn_when_it_comes()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ben.SaidAsync($"**{ann.Name}** is here");
        await Expect(ann.Row($"{ann.Name} is here")).ToHaveCountAsync(1);
        var held = true;
        await ann.Page.RouteAsync("**/vendor/**", async route =>
        {
            if (held) await route.AbortAsync();
            else await route.ContinueAsync();
        });
        await ann.Page.ReloadAsync();
        await Expect(ann.Row($"**{ann.Name}** is here")).ToHaveCountAsync(1);
        await ann.SaidAsync($"without it {ann.Name}");
        held = false;
        await Expect(ann.Row($"{ann.Name} is here").Locator("strong")).ToHaveTextAsync(ann.Name);
        ann.AssertHarmless();
    }
}
