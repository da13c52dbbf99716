using ActorChat.Domain;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Name)]
public sealed class KeyboardTests(Chromium chromium, SharedRoom room)
{
    // Dispatches two key events in one task, so that nothing can happen in between.
    const string TwoEscapes = """
        () => {
          for (let n = 0; n < 2; n++) document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
        }
        """;

    const string ScrollAndEscape = """
        () => {
          document.querySelector("#timeline").scrollTop += 200;
          document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
        }
        """;

    [SkippableFact]
    public async Task Everything_can_be_done_by_keyboard()
    {
        await using var ann = await Person.OpenPageAsync(chromium, room);
        var keyboard = ann.Page.Keyboard;
        var name = Person.NewName();
        await Expect(ann.Page.Locator("#join-name")).ToBeFocusedAsync();
        await AssertFocusShowsAsync(ann);
        await keyboard.PressAsync("Tab");
        await AssertFocusShowsAsync(ann);
        await keyboard.PressAsync("Shift+Tab");
        await keyboard.TypeAsync(name);
        await keyboard.PressAsync("Enter");
        await ann.WaitUntilLiveAsync();

        await Expect(ann.Composer).ToBeFocusedAsync();
        await AssertFocusShowsAsync(ann);
        foreach (var text in new[] { $"one {name}", $"two {name} https://example.org", $"three {name}" })
        {
            await keyboard.TypeAsync(text);
            await keyboard.PressAsync("Enter");
            await ann.Stored(text).WaitForAsync();
        }

        // The message list is one tab stop; arrow keys move between messages.
        await keyboard.PressAsync("Shift+Tab");
        await Expect(ann.Timeline).ToBeFocusedAsync();
        await AssertFocusShowsAsync(ann);
        await keyboard.PressAsync("ArrowUp");
        await Expect(ann.Row($"three {name}")).ToBeFocusedAsync();
        await AssertFocusShowsAsync(ann);
        await keyboard.PressAsync("ArrowUp");
        await Expect(ann.Row($"two {name} https://example.org")).ToBeFocusedAsync();
        // Going to the top loads older messages, which are inserted above.
        var first = await ann.Rows.First.EvaluateAsync<int>("row => Number(row.dataset.seq)");
        await keyboard.PressAsync("Home");
        await ann.WaitUntilAsync("first => Number(document.activeElement.dataset.seq) <= first", first);
        await keyboard.PressAsync("End");
        await keyboard.PressAsync("ArrowUp");
        // Tab reaches the controls of the focused message.
        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Tab");
        await Expect(ann.Row($"two {name} https://example.org").Locator(".message-text a")).ToBeFocusedAsync();
        await AssertFocusShowsAsync(ann);
        await keyboard.PressAsync("Escape");
        await Expect(ann.Composer).ToBeFocusedAsync();

        await keyboard.PressAsync("Control+k");
        await Expect(ann.Page.Locator(".palette-input")).ToBeFocusedAsync();
        await AssertFocusShowsAsync(ann);
        await keyboard.PressAsync("Escape");
        await Expect(ann.Composer).ToBeFocusedAsync();

        // Tab through the whole page: every stop shows its focus, and none is missing.
        var stops = new List<string>();
        for (var n = 0; n < 12; n++)
        {
            await keyboard.PressAsync("Tab");
            var stop = await ann.Page.EvaluateAsync<string>("document.activeElement === document.body ? 'page' : document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()");
            if (stops.Contains(stop)) break;
            stops.Add(stop);
            if (stop != "page") await AssertFocusShowsAsync(ann);
        }
        Assert.Single(stops, stop => stop == "Messages in General");
        foreach (var wanted in new[] { "Theme: system. Switch", "Messages in General", "Message General" }) Assert.Contains(wanted, stops);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task A_failed_message_can_be_retried_and_discarded_by_keyboard()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        var keyboard = ann.Page.Keyboard;
        line.Answer = frame => (string?)frame["type"] == "send"
            ? new { type = "error", re = (int)frame["id"]!, code = "forbidden", message = "Not today.", retry = false }
            : null;
        var text = $"again and again {ann.Name}";
        await ann.SayAsync(text);
        await Expect(ann.Row(text)).ToHaveAttributeAsync("data-state", "failed");
        await Expect(ann.Row(text).Locator(".note")).ToContainTextAsync("Not sent. Not today.");

        await keyboard.PressAsync("Shift+Tab");
        await Expect(ann.Timeline).ToBeFocusedAsync();
        await keyboard.PressAsync("End");
        await Expect(ann.Row(text)).ToBeFocusedAsync();
        await keyboard.PressAsync("Tab");
        await Expect(ann.Row(text).GetByText("Retry")).ToBeFocusedAsync();
        await AssertFocusShowsAsync(ann);
        await keyboard.PressAsync("Enter");
        // The page may still show the first failure.
        await Deadline.UntilAsync(() => line.SentOf("send").Count() == 2, "The message was not sent again.");
        await ann.WaitForFramesAsync();
        await ann.WaitUntilAsync("(key) => document.querySelector(`[data-key='${key}']`)?.dataset.state === 'failed'",
            await ann.Row(text).GetAttributeAsync("data-key"));
        await ann.Composer.FocusAsync();
        await keyboard.PressAsync("Shift+Tab");
        await keyboard.PressAsync("End");
        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Tab");
        await Expect(ann.Row(text).GetByText("Discard")).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await Expect(ann.Row(text)).ToHaveCountAsync(0);
        await Expect(ann.Composer).ToBeFocusedAsync();
        await Expect(ann.Composer).ToHaveValueAsync(text);
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task Escape_does_one_thing_at_a_time_and_a_second_Escape_is_not_lost()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        for (var n = 0; n < 40; n++) await ann.SayAsync($"a line {n} {ann.Name}");
        await ann.Stored($"a line 39 {ann.Name}").WaitForAsync();
        var keyboard = ann.Page.Keyboard;
        var theme = ann.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Theme") });

        // The first Escape closes the dialog, which restores the focus; the second focuses the composer.
        await theme.FocusAsync();
        await keyboard.PressAsync("?");
        await Expect(ann.Page.Locator("#shortcuts")).ToBeVisibleAsync();
        await keyboard.PressAsync("Escape");
        await Expect(ann.Page.Locator("#shortcuts")).ToBeHiddenAsync();
        await Expect(theme).ToBeFocusedAsync();
        await keyboard.PressAsync("Escape");
        await Expect(ann.Composer).ToBeFocusedAsync();

        // The same with both in one task.
        await theme.FocusAsync();
        await keyboard.PressAsync("Control+k");
        await Expect(ann.Page.Locator(".palette-input")).ToBeFocusedAsync();
        await ann.Page.EvaluateAsync(TwoEscapes);
        await Expect(ann.Page.Locator("#palette")).ToBeHiddenAsync();
        await Expect(ann.Composer).ToBeFocusedAsync();

        // In the composer Escape goes to the newest message and keeps the draft.
        await ann.Composer.FillAsync("half a thought");
        await ann.LeaveEndAsync("0");
        await Expect(ann.Page.Locator(".pill")).ToBeVisibleAsync();
        await ann.Composer.FocusAsync();
        await keyboard.PressAsync("Escape");
        await Expect(ann.Page.Locator(".pill")).ToBeHiddenAsync();
        await Expect(ann.Composer).ToHaveValueAsync("half a thought");

        // A scroll event from just before must not cancel it.
        await ann.LeaveEndAsync("0");
        await Expect(ann.Page.Locator(".pill")).ToBeVisibleAsync();
        await ann.Page.EvaluateAsync(ScrollAndEscape);
        await Expect(ann.Page.Locator(".pill")).ToBeHiddenAsync();

        // An open completion list is closed first.
        await ann.Composer.FillAsync("/");
        await Expect(ann.Page.Locator("#complete")).ToBeVisibleAsync();
        await keyboard.PressAsync("Escape");
        await Expect(ann.Page.Locator("#complete")).ToBeHiddenAsync();
        await Expect(ann.Composer).ToHaveValueAsync("/");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task No_shortcut_fires_while_typing_or_during_input_method_composition()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.Page.Keyboard.TypeAsync("why?");
        await Expect(ann.Composer).ToHaveValueAsync("why?");
        await Expect(ann.Page.Locator("#shortcuts")).ToBeHiddenAsync();

        var fired = await ann.Page.EvaluateAsync<string[]>("""
            () => {
              const fired = [];
              const keys = [{ key: "k", ctrlKey: true }, { key: "?" }, { key: "Escape" }, { key: "Enter" }, { key: "x" }];
              for (const from of [document.querySelector("#composer-input"), document.querySelector("#timeline")]) {
                for (const how of [{ isComposing: true }, { keyCode: 229 }]) {
                  for (const key of keys) {
                    from.focus();
                    const event = new KeyboardEvent("keydown", { ...key, ...how, bubbles: true, cancelable: true });
                    from.dispatchEvent(event);
                    if (event.defaultPrevented || document.activeElement !== from || document.querySelector("dialog[open]")) fired.push(`${key.key} on ${from.id}`);
                  }
                }
              }
              return fired;
            }
            """);
        Assert.Empty(fired);

        // With a real input method composition.
        await ann.Composer.FillAsync("");
        await ann.Composer.FocusAsync();
        var browser = await ann.Context.NewCDPSessionAsync(ann.Page);
        await browser.SendAsync("Input.imeSetComposition", new Dictionary<string,
            object> { ["text"] = "にほ", ["selectionStart"] = 2, ["selectionEnd"] = 2 });
        await Expect(ann.Composer).ToHaveValueAsync("にほ");
        await browser.SendAsync("Input.insertText", new Dictionary<string, object> { ["text"] = "日本" });
        await Expect(ann.Composer).ToHaveValueAsync("日本");
        await Expect(ann.Composer).ToBeFocusedAsync();
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task The_palette_finds_days_messages_and_commands()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.SaidAsync($"before it {ann.Name}"); // there is a message from today
        await ann.SaidAsync($"to be found {ann.Name}");
        var seq = await ann.Stored($"to be found {ann.Name}").GetAttributeAsync("data-seq");
        await ann.SaidAsync($"after it {ann.Name}");
        var keyboard = ann.Page.Keyboard;
        var input = ann.Page.Locator(".palette-input");
        var options = ann.Page.Locator("#palette-list [role=option]");

        await keyboard.PressAsync("Control+k");
        await Expect(input).ToBeFocusedAsync();
        await Expect(input).ToHaveAttributeAsync("role", "combobox");
        await AssertChosenAsync(ann, 0);
        await keyboard.PressAsync("ArrowDown");
        await AssertChosenAsync(ann, 1);
        await keyboard.PressAsync("ArrowUp");
        await keyboard.PressAsync("ArrowUp");
        await AssertChosenAsync(ann, await options.CountAsync() - 1);

        await input.FillAsync("dark");
        await Expect(options).ToHaveTextAsync(["Theme: darkcolours"]);
        await keyboard.PressAsync("Enter");
        await Expect(ann.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(ann.Composer).ToBeFocusedAsync();

        await keyboard.PressAsync("Control+k");
        await input.FillAsync("nothing of that kind");
        await Expect(options).ToHaveCountAsync(0);
        await Expect(ann.Page.Locator(".palette-none")).ToContainTextAsync("No matches.");
        await Expect(input).Not.ToHaveAttributeAsync("aria-activedescendant", new System.Text.RegularExpressions.Regex(".*"));

        await ann.RecordAsync("lit", "document.querySelector('[data-highlight]')?.dataset.seq");
        await input.FillAsync(seq!);
        await Expect(options.First).ToContainTextAsync($"Go to message {seq}");
        await keyboard.PressAsync("Enter");
        await ann.RecordedAsync("lit", seq!);
        await Expect(ann.Stored($"to be found {ann.Name}")).Not.ToHaveAttributeAsync("data-highlight", "");
        await Expect(ann.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"#/c/default/m/{seq}$"));

        await keyboard.PressAsync("Control+k");
        await input.FillAsync("today");
        await Expect(options.First).ToContainTextAsync("Go to Today");
        await keyboard.PressAsync("Enter");
        await ann.WaitUntilAsync("(seq) => Number(/\\/m\\/(\\d+)$/.exec(location.hash)?.[1]) < Number(seq)", seq);

        // One dialog opens another one, which stays open.
        await keyboard.PressAsync("Control+k");
        await input.FillAsync("keyboard");
        await keyboard.PressAsync("Enter");
        await Expect(ann.Page.Locator("#shortcuts")).ToBeVisibleAsync();
        // the palette's close event has fired
        await ann.Page.EvaluateAsync("() => new Promise((done) => setTimeout(() => requestAnimationFrame(done)))");
        await Expect(ann.Page.Locator("#shortcuts")).ToBeVisibleAsync();
        await Expect(ann.Page.Locator("#shortcuts button")).ToBeFocusedAsync();
        await AssertFocusShowsAsync(ann);
        ann.AssertClean();
    }

    static async Task AssertChosenAsync(Person person, int at)
    {
        await Expect(person.Page.Locator(".palette-input")).ToHaveAttributeAsync("aria-activedescendant", $"palette-{at}");
        await Expect(person.Page.Locator("#palette-list [aria-selected=true]")).ToHaveAttributeAsync("id", $"palette-{at}");
    }

    static async Task AssertFocusShowsAsync(Person person) =>
        Assert.Equal("solid 2px", await person.Page.EvaluateAsync<string>("(() => { const style = getComputedStyle(document.activeElement); return `${style.outlineStyle} ${style.outlineWidth}`; })()"));
}
