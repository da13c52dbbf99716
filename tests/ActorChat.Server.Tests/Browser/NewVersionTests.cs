using ActorChat.Domain;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>A room whose server gets a new version of the page.</summary>
public sealed class RenewedRoom() : Room([]), IDisposable
{
    readonly ProgramCopy program = new();

    protected override string? ProgramFolder => program.Folder;

    /// <summary>Changes the page by adding a comment.</summary>
    public Task ChangePageAsync() =>
        File.AppendAllTextAsync(Path.Combine(program.Folder, "wwwroot", "css", "base.css"), $"/* {Guid.NewGuid():N} */\n");

    public void Dispose() => program.Dispose();
}

[Collection(SharedRoom.Beside)]
public sealed class NewVersionTests(Chromium chromium, RenewedRoom room) : IClassFixture<RenewedRoom>
{
    [SkippableFact]
    public async Task A_new_version_is_offered_and_reloading_keeps_the_draft_and_unsent_messages()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        var toast = ann.Page.Locator("#new-version");
        await ann.Page.EvaluateAsync("globalThis.old = true");

        // After a restart with the same files nothing is offered.
        await room.Server.StopAsync();
        await room.Server.StartAgainAsync();
        await ann.ReconnectAsync();
        await Expect(toast).ToBeHiddenAsync();

        await room.Server.StopAsync();
        await room.ChangePageAsync();
        line.Answer = frame => (string?)frame["type"] == "send"
            ? new { type = "error", re = (int)frame["id"]!, code = "unavailable", message = "Not yet.", retry = true, after_ms = 200 }
            : null;
        var waits = $"waits {ann.Name}";
        await ann.SayAsync(waits);
        await ann.Composer.FillAsync("half a thou");
        await room.Server.StartAgainAsync();
        await ann.ReconnectAsync();

        await Expect(toast).ToBeVisibleAsync();
        await Expect(toast).ToContainTextAsync("Your draft is kept.");
        Assert.True(await ann.Page.EvaluateAsync<bool>("old"), "The page reloaded without being asked.");
        await toast.GetByRole(AriaRole.Button, new() { Name = "Reload" }).ClickAsync();
        await ann.WaitUntilAsync("() => !globalThis.old");
        await ann.WaitUntilLiveAsync();

        await Expect(ann.Composer).ToHaveValueAsync("half a thou");
        await Expect(ann.Row(waits)).ToHaveAttributeAsync("data-state", "sending");
        line.Answer = null;
        await Expect(ann.Stored(waits)).ToHaveCountAsync(1);
        Assert.Equal(1, await SendingTests.StoredAsync(room.Server, waits));
        await Expect(toast).ToBeHiddenAsync();
        ann.AssertHarmless();
    }
}
