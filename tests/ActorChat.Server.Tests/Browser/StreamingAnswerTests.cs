using System.Text.Json;
using ActorChat.Server.Tests.Clients;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>How a running answer is rendered. The test sends the deltas; the question and the final text come from the server.</summary>
[Collection(SharedRoom.Name)]
public sealed class StreamingAnswerTests(Chromium chromium, SharedRoom room)
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_shows_a_caret_before_its_first_word_except_with_reduced_motion(bool still)
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Still: still, Before: line.AttachAsync));
        var (row, _) = await AskAsync(ann, line);

        await Expect(row.Locator(".ai")).ToBeVisibleAsync();
        await Expect(row.Locator(".message-text")).ToHaveTextAsync("");
        await Expect(row.Locator(".caret")).ToHaveCountAsync(1);
        await Expect(row.Locator(".caret")).ToBeVisibleAsync(new() { Visible = !still });
        line.Release();
        await Expect(row).ToHaveAttributeAsync("data-state", "done");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task A_burst_of_deltas_is_rendered_once_per_frame_and_finished_paragraphs_keep_their_nodes()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        var (row, seq) = await AskAsync(ann, line);
        var text = "The **first** paragraph.\n\nThe second one";
        line.SendToPage(Delta(seq, 0, text));
        await Expect(row.Locator("p")).ToHaveCountAsync(2);
        await ann.Page.EvaluateAsync("""
            (seq) => {
              const text = document.querySelector(`[data-seq="${seq}"] .message-text`);
              const first = text.firstElementChild;
              let frame = 0;
              const next = () => { frame++; requestAnimationFrame(next); };
              requestAnimationFrame(next);
              globalThis.draws = 0;
              globalThis.wrong = [];
              let last = { frame: -1, at: 0 };
              new MutationObserver((changes) => {
                draws++;
                // A page without frames for 250 ms renders by timer.
                if (last.frame === frame && performance.now() - last.at < 200) wrong.push(`twice in frame ${frame}`);
                if (changes.some((change) => first.contains(change.target)) || text.firstElementChild !== first) wrong.push("the first paragraph was touched");
                last = { frame, at: performance.now() };
              }).observe(text, { childList: true, subtree: true, characterData: true });
            }
            """, seq);

        const int Pieces = 400;
        for (var n = 0; n < Pieces; n++)
        {
            var piece = n % 40 == 39 ? "\n\n" : $" w{n}";
            line.SendToPage(Delta(seq, text.Length, piece));
            text += piece;
        }
        await Expect(row.Locator("p").Last).ToContainTextAsync($"w{Pieces - 2}");

        Assert.Empty(await ann.Page.EvaluateAsync<string[]>("wrong"));
        Assert.InRange(await ann.Page.EvaluateAsync<int>("draws"), 1, Pieces - 1);
        await Expect(row.Locator("p")).ToHaveCountAsync(11);
        line.Release();
        await Expect(row).ToHaveAttributeAsync("data-state", "done");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task An_open_code_block_scrolls_in_its_box_and_does_not_affect_the_page()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Width: 360, Height: 740, Before: line.AttachAsync));
        await ann.SaidAsync($"stands above {ann.Name}");
        var (row, seq) = await AskAsync(ann, line);
        const string Look = """
            () => {
              const row = [...document.querySelectorAll("#timeline .row")].find((el) => el.textContent.includes("stands above"));
              const { font, color, backgroundColor } = getComputedStyle(row.querySelector(".message-text"));
              return JSON.stringify([row.getBoundingClientRect().width, row.offsetHeight, font, color, backgroundColor, getComputedStyle(document.body).display, document.styleSheets.length]);
            }
            """;
        var before = await ann.Page.EvaluateAsync<string>(Look);

        line.SendToPage(Delta(seq, 0, "Like this:\n\n```css\n* { display: none; color: red }\n</code></pre></div><style>* { display: none }</style>\n" + new string('w', 400)));
        var pre = row.Locator(".code pre");
        await Expect(pre).ToContainTextAsync("www");

        Assert.Equal(before, await ann.Page.EvaluateAsync<string>(Look));
        Assert.True(await pre.EvaluateAsync<bool>("el => el.scrollWidth > el.clientWidth"), "The code does not scroll in itself.");
        Assert.True(await ann.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth && document.querySelector('#timeline').scrollWidth <= innerWidth"));
        await Expect(row.Locator(".code .caret")).ToHaveCountAsync(1);
        await Expect(row.Locator("style")).ToHaveCountAsync(0);
        await Expect(ann.Composer).ToBeVisibleAsync();
        line.Release();
        await Expect(row).ToHaveAttributeAsync("data-state", "done");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Lists_headings_and_quotes_are_rendered_while_streaming_without_showing_their_markers()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        var (row, seq) = await AskAsync(ann, line);
        const string Text = "## Plan\nFirst **of all**, `build`.\n\n1. one\n2. two\n   - inner [docs](https://example.org/a)\n> said";
        await ann.Page.EvaluateAsync("""
            (seq) => {
              const text = document.querySelector(`[data-seq="${seq}"] .message-text`);
              globalThis.signs = [];
              new MutationObserver(() => { if (/[#*`>]|\d\./u.test(text.textContent)) signs.push(text.textContent); }).observe(text, { childList: true, subtree: true });
            }
            """, seq);
        const int Step = 6;
        for (var at = 0; at < Text.Length; at += Step)
        {
            line.SendToPage(Delta(seq, at, Text[at..Math.Min(at + Step, Text.Length)]));
            // One by one, so that each state is rendered; tests/web does it character by character.
            await ann.WaitForFramesAsync();
        }
        await Expect(row.Locator(".message-text > h2")).ToHaveTextAsync("Plan");
        await Expect(row.Locator(".message-text > p strong")).ToHaveTextAsync("of all");
        await Expect(row.Locator(".message-text > ol > li")).ToHaveCountAsync(2);
        await Expect(row.Locator("ol > li > ul > li > a")).ToHaveAttributeAsync("href", "https://example.org/a");
        await Expect(row.Locator("blockquote > p .caret")).ToHaveCountAsync(1);
        Assert.Empty(await ann.Page.EvaluateAsync<string[]>("signs"));
        line.Release();
        await Expect(row).ToHaveAttributeAsync("data-state", "done");
        ann.AssertClean();
    }

    /// <summary>Asks the bot, and holds back all frames of the answer after its first one.</summary>
    static async Task<(ILocator Row, int Seq)> AskAsync(Person ann, SocketProxy line)
    {
        line.HoldAnswers();
        await ann.SayAsync($"/AIBot {ann.Name}");
        var row = ann.Rows.Last.And(ann.Page.Locator(".bot[data-state=running]"));
        await row.WaitForAsync();
        var seq = (await row.GetAttributeAsync("data-seq"))!;
        return (ann.Page.Locator($"[data-seq='{seq}']"), int.Parse(seq, System.Globalization.CultureInfo.InvariantCulture));
    }

    static string Delta(int message, int offset, string text) =>
        JsonSerializer.Serialize(new { type = "ai_delta", conversation = "default", message, offset, text });
}
