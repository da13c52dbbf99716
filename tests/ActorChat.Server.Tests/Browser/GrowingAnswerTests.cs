using System.Text.Json;
using ActorChat.Server.Tests.Clients;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>How an answer is drawn while it grows: the pieces are the test's, the question and the end are the server's.</summary>
[Collection(SharedRoom.Name)]
public sealed class GrowingAnswerTests(Chromium chromium, SharedRoom room)
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bubble_with_a_caret_stands_there_before_the_first_word_and_the_caret_spares_those_who_want_no_motion(bool still)
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Still: still, Before: line.TapAsync));
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
    public async Task A_burst_of_pieces_is_drawn_once_a_frame_and_finished_paragraphs_keep_their_nodes()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        var (row, seq) = await AskAsync(ann, line);
        var text = "The **first** paragraph.\n\nThe second one";
        line.Tell(Delta(seq, 0, text));
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
                // A page that gets no frames for a quarter of a second draws without them.
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
            line.Tell(Delta(seq, text.Length, piece));
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
    public async Task An_open_code_block_stays_in_its_box_and_changes_nothing_around_it()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Width: 360, Height: 740, Before: line.TapAsync));
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

        line.Tell(Delta(seq, 0, "Like this:\n\n```css\n* { display: none; color: red }\n</code></pre></div><style>* { display: none }</style>\n" + new string('w', 400)));
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
    public async Task Lists_headings_and_quotes_have_their_look_while_they_are_written_and_no_sign_flashes_up()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
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
            line.Tell(Delta(seq, at, Text[at..Math.Min(at + Step, Text.Length)]));
            // One by one, so that each stage is drawn; tests/web goes character by character.
            await ann.FramesAsync();
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

    /// <summary>On the wire, too: each of the answers had begun to grow when the first of them ended.</summary>
    static async Task AssertAtOnceAsync(ChatClient asker, long[] questions)
    {
        var answers = new List<long>();
        foreach (var question in questions)
        {
            var answer = await asker.ExpectAsync(f => f.Type == "message" && f.Has("reply_to") && f["reply_to"].GetInt64() == question);
            answers.Add(answer.Seq!.Value);
            await asker.ExpectAsync(f => f.Type == "answered" && f["message"].GetInt64() == answer.Seq);
        }
        var told = asker.Frames.Where(f => f.Type is "ai_delta" or "answered" && answers.Contains(f["message"].GetInt64()));
        var before = told.TakeWhile(f => f.Type == "ai_delta").Select(f => f["message"].GetInt64());
        Assert.Equal(answers.Order(), before.Distinct().Order());
    }

    /// <summary>Asks, and keeps back everything of the answer but its beginning.</summary>
    static async Task<(ILocator Row, int Seq)> AskAsync(Person ann, Line line)
    {
        line.HoldAnswers();
        await ann.SayAsync($"/AIBot {ann.Name}");
        var row = ann.Rows.Last.And(ann.Page.Locator(".bot[data-state=running]"));
        await row.WaitForAsync();
        var seq = (await row.GetAttributeAsync("data-seq"))!;
        return (ann.Page.Locator($"[data-seq='{seq}']"), int.Parse(seq, System.Globalization.CultureInfo.InvariantCulture));
    }

    static string Delta(int message, int offset, string text) => JsonSerializer.Serialize(new { type = "ai_delta", conversation = "default", message, offset, text });
}
