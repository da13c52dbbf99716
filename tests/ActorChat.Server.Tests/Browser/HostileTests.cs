using ActorChat.Server.Tests.Clients;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Beside)]
public sealed class HostileTests(Chromium chromium, OwnRoom room) : IClassFixture<OwnRoom>
{
    // Lists every element, attribute and link in the page that is not allowed in a message.
    const string Audit = """
        () => {
          const elements = new Set("P BR EM STRONG DEL CODE PRE BLOCKQUOTE UL OL LI H1 H2 H3 H4 H5 H6 HR A TABLE THEAD TBODY TR TH TD".split(" "));
          const ours = [".code", ".table", ".bar", ".language", ".copy", ".command", ".caret", ".host"];
          const attributes = new Set("class href target rel start value dir style data-language role aria-label aria-hidden tabindex type".split(" "));
          const wrong = [];
          for (const el of document.querySelectorAll(".message-text *, .who *, .name *, .typing *, .note *, #announcer *")) {
            const known = elements.has(el.tagName) || ours.some((one) => el.matches(one)) || el.closest(".note");
            if (!known) wrong.push(`element ${el.outerHTML.slice(0, 120)}`);
            if (el.style.length && !(el.matches("li") && /^list-style-type: "\\d{1,9}[.)] ";$/.test(el.getAttribute("style")))) wrong.push(`style of ${el.outerHTML.slice(0, 120)}`);
            for (const { name } of el.attributes) if (!attributes.has(name) && !el.closest(".note")) wrong.push(`attribute ${name} of ${el.outerHTML.slice(0, 120)}`);
          }
          for (const a of document.querySelectorAll(".message-text a")) {
            if (!["http:", "https:", "mailto:"].includes(a.protocol)) wrong.push(`link ${a.outerHTML}`);
            if (a.origin !== location.origin && !(a.relList.contains("noopener") && a.relList.contains("noreferrer") && a.target === "_blank")) wrong.push(`open link ${a.outerHTML}`);
          }
          for (const el of document.querySelectorAll("img, picture, iframe, object, embed, video, audio, base, math, foreignObject, style, template, meta[http-equiv], form:not(.composer)")) wrong.push(`element ${el.outerHTML.slice(0, 120)}`);
          for (const el of document.querySelectorAll("script, link")) if (new URL(el.src || el.href).origin !== location.origin) wrong.push(`foreign ${el.outerHTML}`);
          if (document.querySelectorAll("script").length !== 2) wrong.push("another script");
          const timeline = document.querySelector("#timeline");
          if (timeline.scrollWidth > timeline.clientWidth + 1 || document.documentElement.scrollWidth > innerWidth) {
            const edge = timeline.getBoundingClientRect().left + timeline.clientLeft + timeline.clientWidth;
            const wide = [...timeline.querySelectorAll(".row *")].filter((el) => el.getBoundingClientRect().right > edge && !el.closest(".code, .table"));
            wrong.push(`wider than the screen: ${timeline.scrollWidth} of ${timeline.clientWidth}`, ...wide.slice(0, 3).map((el) => el.outerHTML.slice(0, 120)));
          }
          return wrong;
        }
        """;

    [SkippableFact]
    public async Task Hostile_texts_are_shown_as_text_and_execute_nothing()
    {
        Assert.True(HostileTexts.All.Distinct().Count() >= 40);
        await using var ann = await Person.JoinAsync(chromium, room);
        await CountComplaintsAsync(ann);
        await using var phone = await Person.JoinAsync(chromium, room, setup: new Setup(Width: 360, Height: 740));
        await using var mallory = await ChatClient.JoinAsync(room.Server);
        var end = $"the end {ann.Name}";
        foreach (var text in HostileTexts.All) await mallory.SaidAsync(text);
        await mallory.SaidAsync(end);

        foreach (var person in new[] { ann, phone })
        {
            await Expect(person.Row(end)).ToHaveCountAsync(1);
            await AssertInertAsync(person, HostileTexts.All.Length);
        }
        // The text is shown, not removed.
        Assert.Contains("<img src=x onerror=alert(1)>", await ann.TextsAsync("<img src=x"));
        Assert.Contains("<script>alert(1)</script>", await ann.TextsAsync("<script>"));

        // The same as history, and as own messages.
        await ann.Page.ReloadAsync();
        await Expect(ann.Row(end)).ToHaveCountAsync(1);
        foreach (var text in HostileTexts.All.Where(text => text.Length < 200).Take(12)) await ann.SayAsync(text);
        await ann.SaidAsync($"really {end}");
        await AssertInertAsync(ann, 50);
        // After using other features too, the policy has blocked nothing.
        await ann.Page.Keyboard.PressAsync("Control+k");
        await Expect(ann.Page.Locator("#palette")).ToBeVisibleAsync();
        await ann.Page.Keyboard.TypeAsync("shortcuts");
        await ann.Page.Keyboard.PressAsync("Enter");
        await Expect(ann.Page.Locator("#shortcuts")).ToBeVisibleAsync();
        await ann.Page.Keyboard.PressAsync("Escape");
        Assert.Equal(0, await ann.Page.EvaluateAsync<int>("complaints"));
    }

    [SkippableFact]
    public async Task Hostile_questions_repeated_by_the_bot_execute_nothing()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var mallory = await ChatClient.JoinAsync(room.Server);
        var before = await ann.Page.Locator(".row.bot[data-state=done]").CountAsync();
        var questions = HostileTexts.All.Where(text => text.Length < 200).Where((_, at) => at % 4 == 1).ToArray();
        Assert.True(questions.Length >= 10);
        foreach (var chunk in questions.Chunk(4))
            await Task.WhenAll(chunk.Select(text => mallory.SaidAsync($"/AIBot {text}")));

        await Expect(ann.Page.Locator(".row.bot[data-state=done]"))
            .ToHaveCountAsync(before + questions.Length, new() { Timeout = 120_000 });
        await Expect(ann.Page.Locator(".row.bot").Filter(new() { HasText = "onerror=alert(1)" }).First).ToBeAttachedAsync();
        await AssertInertAsync(ann, 2 * questions.Length);
    }

    [SkippableFact]
    public async Task Hostile_names_are_shown_as_text_and_execute_nothing()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        var allowed = new List<string>();
        foreach (var name in HostileTexts.Names)
        {
            await using var client = await ChatClient.ConnectAsync(room.Server);
            await client.SendAsync(new { type = "hello", id = 0, client = "test/1", name });
            if ((await client.ExpectAsync(f => f.Type is "live" or "error")).Type == "error") continue;
            allowed.Add(name);
            await client.SendAsync(new { type = "typing", conversation = "default" });
            await client.SaidAsync($"hello from {allowed.Count} {ann.Name}");
            await client.SendAsync(new { type = "typing", conversation = "default" });
        }
        Assert.True(allowed.Count >= 10, $"The server allowed only: {string.Join(" · ", allowed)}");

        for (var n = 1; n <= allowed.Count; n++)
            await Expect(ann.Row($"hello from {n} {ann.Name}").Locator(".who")).ToHaveTextAsync(allowed[n - 1]);
        await AssertInertAsync(ann, allowed.Count);

        // The own name is shown in a place of its own.
        await using var mallory = await Person.JoinAsync(chromium, room, "<img src=/ onerror=alert(2)>");
        await Expect(mallory.Page.Locator(".me .name")).ToHaveTextAsync("<img src=/ onerror=alert(2)>");
        await mallory.SaidAsync("it is me");
        await AssertInertAsync(mallory, 1);
    }

    /// <summary>Older servers rendered Markdown to HTML. The page uses only the text.</summary>
    [SkippableFact]
    public async Task The_page_ignores_HTML_from_a_server()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        await using var mallory = await ChatClient.JoinAsync(room.Server);
        line.Change = frame =>
        {
            if ((string?)frame["type"] == "message")
                frame["html"] = $"<p>{(string?)frame["text"]}</p><p>after it</p><img src=x onerror=alert(1)>";
        };
        await mallory.SaidAsync($"**the text** {ann.Name}");

        var row = ann.Rows.Filter(new() { HasText = ann.Name }).Last;
        await Expect(row.Locator(".message-text")).ToHaveTextAsync($"the text {ann.Name}");
        await Expect(row.Locator("strong")).ToHaveTextAsync("the text");
        await AssertInertAsync(ann, 1);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task The_content_security_policy_blocks_inline_and_foreign_content()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        var response = await ann.Page.GotoAsync("/");
        var policy = response!.Headers["content-security-policy"];
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("require-trusted-types-for 'script'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        await ann.WaitUntilLiveAsync();

        string[] wanted = ["trusted types", "require-trusted-types-for", "style-src-elem", "img-src", "frame-src", "connect-src"];
        var refused = await ann.Page.EvaluateAsync<string[]>("""
            async (wanted) => {
              const refused = [];
              addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
              const add = (name, set) => { const el = document.createElement(name); try { set(el); } catch { refused.push("trusted types"); } document.body.append(el); };
              add("script", (el) => el.append("alert(1)"));
              add("p", (el) => { el.innerHTML = "<b>x</b>"; });
              add("style", (el) => el.append("body { display: none }"));
              add("img", (el) => { el.src = "https://evil.example/a.png"; });
              add("iframe", (el) => { el.src = "https://evil.example/"; });
              await fetch("https://evil.example/").catch(() => {});
              try { new WebSocket("wss://evil.example/"); } catch {}
              // Violations are reported some tasks later.
              const end = performance.now() + 20_000;
              while (performance.now() < end && !wanted.every((one) => refused.includes(one))) await new Promise((done) => setTimeout(done, 20));
              return refused;
            }
            """, wanted);
        foreach (var directive in wanted) Assert.Contains(directive, refused);
        Assert.Empty(ann.Dialogs);
    }

    /// <summary>Counts policy violations from now on, also after a reload.</summary>
    static async Task CountComplaintsAsync(Person person)
    {
        const string Count = "globalThis.complaints ??= (addEventListener('securitypolicyviolation', () => complaints++), 0);";
        await person.Page.AddInitScriptAsync(Count);
        await person.Page.EvaluateAsync(Count);
    }

    static async Task AssertInertAsync(Person person, int atLeast)
    {
        // After two frames any load or script would have started.
        await person.WaitForFramesAsync();
        Assert.True(await person.Rows.CountAsync() >= atLeast, "Some rows are missing.");
        Assert.Empty(await person.Page.EvaluateAsync<string[]>(Audit));
        Assert.Empty(person.Errors);
        person.AssertHarmless();
    }
}
