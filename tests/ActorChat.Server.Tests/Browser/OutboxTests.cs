using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>What is sent without a line, or into one that breaks.</summary>
[Collection(SharedRoom.Beside)]
public sealed class OutboxTests(Chromium chromium, OwnRoom room) : IClassFixture<OwnRoom>
{
    [SkippableFact]
    public async Task Messages_that_wait_survive_a_reload_without_a_line_in_their_order_and_arrive_once()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        await ann.SaidAsync($"first {ann.Name}");
        line.Cut();
        string[] texts = [$"waits 1 {ann.Name}", $"waits 2 {ann.Name}", $"waits 3 {ann.Name}"];
        foreach (var text in texts[..2]) await ann.SayAsync(text);
        // The last one is sent and the page reloaded in the same breath.
        await ann.Composer.FillAsync(texts[2]);
        await ann.Composer.EvaluateAsync("""
            el => {
              globalThis.old = true;
              el.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
              location.reload();
            }
            """);
        await ann.HoldsAsync("() => !globalThis.old");

        foreach (var text in texts) await Expect(ann.Row(text)).ToHaveAttributeAsync("data-state", "sending");
        Assert.Equal(texts, await WaitingAsync(ann));
        await Expect(ann.Composer).ToHaveValueAsync("");
        await Expect(ann.Banner).ToContainTextAsync("3 messages are waiting");

        line.Mend();
        await ann.HurryAsync();
        foreach (var text in texts) await ann.Settled(text).WaitForAsync();
        Assert.Equal(texts, await WaitingAsync(ann));
        foreach (var text in texts) Assert.Equal(1, await SendingTests.StoredAsync(room.Server, text));
        // One that got no answer in time may be sent again, but not after its successor.
        var sent = line.SentOf("send").Select(frame => (string)frame["text"]!).Where(text => text.StartsWith("waits", StringComparison.Ordinal)).ToArray();
        Assert.Equal(texts, sent.Where((text, at) => at == 0 || text != sent[at - 1]));
        ann.AssertHarmless();
    }

    // What this person waited with: others of this room did, too.
    static async Task<IEnumerable<string>> WaitingAsync(Person person) =>
        (await person.TextsAsync("waits")).Where(text => text.EndsWith(person.Name, StringComparison.Ordinal));

    [SkippableFact]
    public async Task What_a_closed_tab_left_to_send_is_sent_by_the_other_one()
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
        await ann.HurryAsync();
        await Expect(ann.Settled(text)).ToHaveCountAsync(1);
        Assert.Equal(1, await SendingTests.StoredAsync(room.Server, text));
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task A_draft_and_what_waits_survive_a_session_that_the_server_no_longer_knows()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        line.Cut();
        await ann.SayAsync($"waits {ann.Name}");
        await Expect(ann.Row($"waits {ann.Name}")).ToHaveAttributeAsync("data-state", "sending");
        await ann.Composer.FillAsync("half a thought\nand its second line");
        await ann.Page.EvaluateAsync("localStorage.setItem('actorchat.token', 'unknown')");
        // In this order: the page as it was must not get in once more.
        await ann.Page.ReloadAsync();
        line.Mend();

        await Expect(ann.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The server no longer knows your sign-in. Join again; your unsent messages are still on this device.");
        await ann.EnterAsync(Person.NewName());
        await Expect(ann.Composer).ToHaveValueAsync("half a thought\nand its second line");
        var texts = await ann.Page.Locator(".row .message-text").AllTextContentsAsync();
        Assert.Contains(texts, text => text.StartsWith("waits", StringComparison.Ordinal));
        await ann.Page.Locator(".row[data-seq]").Filter(new() { HasText = "waits" }).Filter(new() { HasText = ann.Name }).Last.WaitForAsync();
        ann.AssertHarmless();
    }
}
