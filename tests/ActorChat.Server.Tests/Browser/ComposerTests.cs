using ActorChat.Domain;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Name)]
public sealed class ComposerTests(Chromium chromium, SharedRoom room)
{
    const string Code = "function twice(n) {\n  return 2 * n;\n}";

    [SkippableFact]
    public async Task Pasted_code_can_become_a_code_block_and_undo_reverts_it()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        var offer = ann.Page.Locator(".offer");
        await ann.Composer.FillAsync($"See {ann.Name}:");
        await PasteAsync(ann, Code);
        await Expect(offer).ToBeVisibleAsync();

        // By keyboard: the button is before the text field.
        await ann.Page.Keyboard.PressAsync("Shift+Tab");
        await ann.Page.Keyboard.PressAsync("Enter");
        await Expect(ann.Composer).ToHaveValueAsync($"See {ann.Name}:\n```\n{Code}\n```");
        await Expect(ann.Composer).ToBeFocusedAsync();
        await Expect(offer).ToBeHiddenAsync();
        await ann.Page.Keyboard.PressAsync("Control+z");
        await Expect(ann.Composer).ToHaveValueAsync($"See {ann.Name}:{Code}");
        await ann.Page.Keyboard.PressAsync("Control+Shift+z");
        await ann.Page.Keyboard.PressAsync("Enter");
        await Expect(ann.Rows.Filter(new() { HasText = $"See {ann.Name}:" }).And(ann.Page.Locator("[data-seq]")).Locator("pre code"))
            .ToHaveTextAsync(Code);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Pasted_prose_gets_no_offer_and_Escape_declines_the_offer_for_code()
    {
        const string text = "Dear all,\nthe plan is ready, have a look.\nBest, Ann";
        await using var ann = await Person.JoinAsync(chromium, room);
        await PasteAsync(ann, text);
        await Expect(ann.Composer).ToHaveValueAsync(text);
        await Expect(ann.Page.Locator(".offer")).ToBeHiddenAsync();
        await ann.Composer.FillAsync("");

        // Code gets an offer; Escape declines it, and the text stays.
        await PasteAsync(ann, Code);
        await Expect(ann.Page.Locator(".offer")).ToBeVisibleAsync();
        await ann.Page.Keyboard.PressAsync("Escape");
        await Expect(ann.Page.Locator(".offer")).ToBeHiddenAsync();
        await Expect(ann.Composer).ToHaveValueAsync(Code);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task A_discarded_message_disappears_and_its_text_returns_to_the_composer()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        line.Answer = frame => (string?)frame["type"] == "send"
            ? new { type = "error", re = (int)frame["id"]!, code = "forbidden", message = "Not today.", retry = false }
            : null;
        var text = $"given up {ann.Name}";
        await ann.SayAsync(text);
        await ann.Row(text).GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Expect(ann.Row(text)).ToHaveCountAsync(0);
        await Expect(ann.Composer).ToHaveValueAsync(text);
        await Expect(ann.Composer).ToBeFocusedAsync();

        // It does not return after a reload and was never stored.
        line.Answer = null;
        await ann.Page.ReloadAsync();
        await ann.WaitUntilLiveAsync();
        await Expect(ann.Composer).ToHaveValueAsync(text);
        await ann.SaidAsync($"something else {ann.Name}");
        await Expect(ann.Row(text)).ToHaveCountAsync(0);
        Assert.Equal(0, await SendingTests.StoredAsync(room.Server, text));
        ann.AssertClean();
    }

    internal static async Task PasteAsync(Person person, string text)
    {
        await person.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await person.Composer.FocusAsync();
        await person.Page.EvaluateAsync("(text) => navigator.clipboard.writeText(text)", text);
        await person.Page.Keyboard.PressAsync("Control+v");
    }
}
