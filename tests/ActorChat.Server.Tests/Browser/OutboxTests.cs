using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Messages sent without a connection or while it breaks.</summary>
[Collection(SharedRoom.Beside)]
public sealed class OutboxTests(Chromium chromium, OwnRoom room) : IClassFixture<OwnRoom>
{
    [SkippableFact]
    public async Task Unsent_messages_survive_an_offline_reload_and_are_stored_once_in_order()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        await ann.SaidAsync($"first {ann.Name}");
        line.Disconnect();
        string[] texts = [$"waits 1 {ann.Name}", $"waits 2 {ann.Name}", $"waits 3 {ann.Name}"];
        foreach (var text in texts[..2]) await ann.SayAsync(text);
        // The last one is sent in the same task as the reload.
        await ann.Composer.FillAsync(texts[2]);
        await ann.Composer.EvaluateAsync("""
            el => {
              globalThis.old = true;
              el.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
              location.reload();
            }
            """);
        await ann.WaitUntilAsync("() => !globalThis.old");

        foreach (var text in texts) await Expect(ann.Row(text)).ToHaveAttributeAsync("data-state", "sending");
        Assert.Equal(texts, await WaitingAsync(ann));
        await Expect(ann.Composer).ToHaveValueAsync("");
        await Expect(ann.Banner).ToContainTextAsync("3 messages are waiting");

        line.AllowReconnect();
        await ann.ReconnectAsync();
        foreach (var text in texts) await ann.Stored(text).WaitForAsync();
        Assert.Equal(texts, await WaitingAsync(ann));
        foreach (var text in texts) Assert.Equal(1, await SendingTests.StoredAsync(room.Server, text));
        // A message without a timely reply may be sent again, but not after its successor.
        var sent = line.SentOf("send").Select(frame => (string)frame["text"]!)
            .Where(text => text.StartsWith("waits", StringComparison.Ordinal)).ToArray();
        Assert.Equal(texts, sent.Where((text, at) => at == 0 || text != sent[at - 1]));
        ann.AssertHarmless();
    }

    // Only this person's messages: other tests use the same room.
    static async Task<IEnumerable<string>> WaitingAsync(Person person) =>
        (await person.TextsAsync("waits")).Where(text => text.EndsWith(person.Name, StringComparison.Ordinal));

    [SkippableFact]
    public async Task Unsent_messages_of_a_closed_tab_are_sent_by_another_tab()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        var second = await ann.Context.NewPageAsync();
        await second.GotoAsync("/");
        await second.Locator(".head[data-link=live]").WaitForAsync();
        await room.Server.StopAsync();
        var text = $"from a closed tab {ann.Name}";
        await second.FillAsync("#composer-input", text);
        await second.PressAsync("#composer-input", "Enter");
        await Expect(second.Locator(".row[data-state=sending]")).ToContainTextAsync(text);
        await second.CloseAsync();

        await room.Server.StartAgainAsync();
        await ann.ReconnectAsync();
        await Expect(ann.Stored(text)).ToHaveCountAsync(1);
        Assert.Equal(1, await SendingTests.StoredAsync(room.Server, text));
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task A_draft_and_unsent_messages_survive_a_revoked_session()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        line.Disconnect();
        await ann.SayAsync($"waits {ann.Name}");
        await Expect(ann.Row($"waits {ann.Name}")).ToHaveAttributeAsync("data-state", "sending");
        await ann.Composer.FillAsync("half a thought\nand its second line");
        await ann.Page.EvaluateAsync("localStorage.setItem('actorchat.token', 'unknown')");
        // In this order: the old page must not reconnect with its valid token.
        await ann.Page.ReloadAsync();
        line.AllowReconnect();

        await Expect(ann.Page.GetByRole(AriaRole.Alert))
            .ToHaveTextAsync("The server no longer knows your sign-in. Join again; your unsent messages are still on this device.");
        await ann.EnterNameAsync(Person.NewName());
        await Expect(ann.Composer).ToHaveValueAsync("half a thought\nand its second line");
        var texts = await ann.Page.Locator(".row .message-text").AllTextContentsAsync();
        Assert.Contains(texts, text => text.StartsWith("waits", StringComparison.Ordinal));
        await ann.Page.Locator(".row[data-seq]").Filter(new() { HasText = "waits" }).Filter(new() { HasText = ann.Name })
            .Last.WaitForAsync();
        ann.AssertHarmless();
    }
}
