using ActorChat.Domain;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Name)]
public sealed class SendingTests(Chromium chromium, SharedRoom room)
{
    [SkippableFact]
    public async Task An_own_message_appears_within_a_frame_of_Enter_and_the_composer_is_empty_and_focused()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        var text = $"at once {ann.Name}";
        await ann.Composer.FillAsync(text);
        line.Hold();
        // Requests the frame before the page handles the key.
        await ann.Page.EvaluateAsync("""
            () => addEventListener("keydown", () => requestAnimationFrame(() => {
              const rows = [...document.querySelectorAll("#timeline .row")];
              const composer = document.querySelector("#composer-input");
              globalThis.frame = { last: rows.at(-1)?.querySelector(".message-text").textContent, left: composer.value, focused: document.activeElement === composer };
            }), { capture: true, once: true })
            """);

        await ann.Page.Keyboard.PressAsync("Enter");
        await ann.WaitUntilAsync("() => globalThis.frame");

        Assert.Equal(text, await ann.Page.EvaluateAsync<string>("frame.last"));
        Assert.Equal("", await ann.Page.EvaluateAsync<string>("frame.left"));
        Assert.True(await ann.Page.EvaluateAsync<bool>("frame.focused"));
        await Expect(ann.Row(text)).ToHaveAttributeAsync("data-state", "sending");
        await Expect(ann.Row(text).Locator(".mark")).ToHaveTextAsync("Sending");
        line.Release();
        await Expect(ann.Stored(text)).ToHaveCountAsync(1);
        await Expect(ann.Row(text).Locator(".mark")).ToHaveTextAsync("Sent");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Shift_and_Enter_inserts_a_line_break()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.Composer.PressSequentiallyAsync($"one {ann.Name}");
        await ann.Page.Keyboard.PressAsync("Shift+Enter");
        await ann.Composer.PressSequentiallyAsync("two");

        await Expect(ann.Composer).ToHaveValueAsync($"one {ann.Name}\ntwo");
        await Expect(ann.Rows.Filter(new() { HasText = $"one {ann.Name}" })).ToHaveCountAsync(0);
        await ann.Page.Keyboard.PressAsync("Enter");
        await ann.Rows.Filter(new() { HasText = ann.Name }).And(ann.Page.Locator("[data-seq]")).First.WaitForAsync();

        // Two visible lines, however they are marked up.
        Assert.Equal($"one {ann.Name}\ntwo", await ann.Rows.Last.Locator(".message-text").InnerTextAsync());
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Enter_during_input_method_composition_does_not_send()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.Composer.FocusAsync();
        var session = await ann.Context.NewCDPSessionAsync(ann.Page);
        await session.SendAsync("Input.imeSetComposition", new() { ["text"] = "にほん", ["selectionStart"] = 3, ["selectionEnd"] = 3 });
        await Expect(ann.Composer).ToHaveValueAsync("にほん");

        foreach (var type in new[] { "rawKeyDown", "keyUp" })
            await session.SendAsync("Input.dispatchKeyEvent",
                new() { ["type"] = type, ["key"] = "Process", ["code"] = "Enter", ["windowsVirtualKeyCode"] = 229 });
        await session.SendAsync("Input.insertText", new() { ["text"] = $"日本 {ann.Name}" });

        await Expect(ann.Composer).ToHaveValueAsync($"日本 {ann.Name}");
        await Expect(ann.Row("にほん")).ToHaveCountAsync(0);
        ann.AssertClean();
    }

    [SkippableTheory]
    [InlineData("message")]
    [InlineData("ok")]
    public async Task Acknowledgement_and_echo_lead_to_one_row_in_either_order(string last)
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        var text = $"{last} comes last {ann.Name}";
        line.Hold(frame => last == "ok" ? frame["duplicate"] is not null : (string?)frame["text"] == text);
        // Records the position from the first frame on.
        await ann.Page.EvaluateAsync("""
            (text) => {
              globalThis.places = new Set();
              globalThis.left = 0;
              const list = document.querySelector("#timeline .rows");
              const look = () => {
                globalThis.row ??= [...list.querySelectorAll(".row")].find((el) => el.textContent.includes(text));
                if (globalThis.row) places.add(`${row.getBoundingClientRect().top} ${row.getBoundingClientRect().height}`);
                requestAnimationFrame(look);
              };
              requestAnimationFrame(look);
              new MutationObserver((changes) => {
                for (const change of changes) for (const node of change.removedNodes) if (node === globalThis.row) left++;
              }).observe(list, { childList: true });
            }
            """, text);
        await ann.SayAsync(text);
        await Deadline.UntilAsync(() => line.Held == 1, "The frame to hold did not arrive.");
        if (last == "message") await Expect(ann.Row(text)).ToHaveAttributeAsync("data-state", "sent");
        else await Expect(ann.Stored(text)).ToHaveCountAsync(1);
        line.Release();

        await Expect(ann.Stored(text)).ToHaveCountAsync(1);
        await Expect(ann.Row(text)).ToHaveCountAsync(1);
        await Expect(ann.Row(text)).ToHaveAttributeAsync("data-state", "sent");
        Assert.True(await ann.Page.EvaluateAsync<bool>("row.isConnected && left === 0"), "The row was taken out on the way.");
        Assert.Single(await ann.Page.EvaluateAsync<string[]>("[...places]"));
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task An_own_message_with_Markdown_has_the_same_size_before_and_after_the_server_has_rendered_it()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        line.Hold();
        await ann.SayAsync($"Two *lines* of **{ann.Name}**\nand `code`:\n```js\nconst a = 1;\nconst b = 2;\n```\nThat is all.");
        var row = ann.Rows.Last;
        await Expect(row.Locator("pre code")).ToContainTextAsync("const b = 2;");
        await Expect(row.Locator("strong")).ToHaveTextAsync(ann.Name);
        await Expect(row).ToHaveAttributeAsync("data-state", "sending");
        var before = (await row.BoundingBoxAsync())!;
        line.Release();
        await Expect(row.Locator(".copy")).ToHaveCountAsync(1);
        var after = (await row.BoundingBoxAsync())!;
        Assert.Equal(before.Height, after.Height, 1f);
        Assert.Equal(before.Y, after.Y, 1f);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task The_sending_mark_appears_after_300_ms_and_differs_from_sent_and_failed_by_more_than_color()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        // Measures when the sending state becomes visible, from the row's first frame.
        await ann.Page.EvaluateAsync("""
            () => {
              const ink = getComputedStyle(document.querySelector("#timeline")).color;
              let since;
              const look = (now) => {
                const row = document.querySelector(".row[data-state=sending]");
                if (row) since ??= now;
                const shows = row && (getComputedStyle(row.querySelector(".mark")).opacity !== "0" || getComputedStyle(row.querySelector(".message-text")).color !== ink);
                if (shows) globalThis.shown = { after: now - since };
                else requestAnimationFrame(look);
              };
              requestAnimationFrame(look);
            }
            """);
        line.Hold();
        await ann.SayAsync($"slow {ann.Name}");
        await ann.WaitUntilAsync("() => globalThis.shown");
        Assert.True(await ann.Page.EvaluateAsync<double>("shown.after") >= 250);
        var row = ann.Row($"slow {ann.Name}");
        await Expect(row.Locator(".mark")).ToHaveCSSAsync("opacity", "1");
        await Expect(row.Locator(".mark use")).ToHaveAttributeAsync("href", "#i-clock");

        line.Release();
        await Expect(row.Locator(".mark use")).ToHaveAttributeAsync("href", "#i-check");
        await Expect(row.Locator(".mark")).ToHaveCSSAsync("opacity", "1");
        line.Answer = frame => (string?)frame["type"] == "send"
            ? new { type = "error", re = (int)frame["id"]!, code = "forbidden", message = "Not today.", retry = false }
            : null;
        await ann.SayAsync($"refused {ann.Name}");
        var refused = ann.Row($"refused {ann.Name}");
        await Expect(refused.Locator(".note use")).ToHaveAttributeAsync("href", "#i-alert");
        await Expect(refused.Locator(".mark use")).ToHaveCountAsync(0);
        await Expect(refused.Locator(".message-text")).ToHaveCSSAsync("text-decoration-line", "underline");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task A_text_over_the_limit_is_kept_but_not_sent()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        var text = new string('ü', 9000); // 18 000 bytes
        await ann.Composer.FillAsync(text);

        await Expect(ann.Page.Locator("#composer-count")).ToHaveTextAsync("1,616 bytes too long. Shorten it to send.");
        await Expect(ann.Page.Locator("#composer-send")).ToBeDisabledAsync();
        await ann.Page.Keyboard.PressAsync("Enter");
        await Expect(ann.Composer).ToHaveValueAsync(text);

        await ann.Composer.FillAsync(text[..8192]);
        await Expect(ann.Page.Locator("#composer-count")).ToHaveTextAsync("0 bytes left");
        await Expect(ann.Page.Locator("#composer-send")).ToBeEnabledAsync();
        Assert.Empty(line.SentOf("send"));
        ann.AssertClean();
    }

    /// <summary>The number of messages with this text among the newest ones on the server.</summary>
    internal static async Task<int> StoredAsync(ServerProcess server, string text)
    {
        await using var reader = await ChatClient.JoinAsync(server);
        var page = await reader.AskAsync(new { type = "history", conversation = "default", before = reader.Head + 1, limit = 100 });
        return page["messages"].EnumerateArray().Count(message => message.GetProperty("text").GetString() == text);
    }
}
