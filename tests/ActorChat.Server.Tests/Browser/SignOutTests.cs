using System.Text.RegularExpressions;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Signing out.</summary>
[Collection(SharedRoom.Beside)]
public sealed partial class SignOutTests(Chromium chromium, SharedRoom room)
{
    [SkippableFact]
    public async Task Signing_out_deletes_everything_in_all_tabs_and_the_name_can_be_used_again()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        var name = ann.Name;
        await ann.SaidAsync($"before leaving {name}");
        await ann.Composer.FillAsync("half a thought");
        await Deadline.UntilAsync(async () => await ann.StoredCountAsync() > 0, Person.Patience, () => "No message was stored.");
        var tab = await ann.Context.NewPageAsync();
        await tab.GotoAsync("/");
        await tab.Locator(".head[data-link=live]").WaitForAsync();

        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out…" }).ClickAsync();
        await Expect(ann.Page.Locator("#signout")).ToContainTextAsync($"The name {name} becomes free");
        await ann.Page.Keyboard.PressAsync("Escape");
        await Expect(ann.Page.Locator("#signout")).ToBeHiddenAsync();
        await ann.Page.Keyboard.PressAsync("Control+k");
        await ann.Page.GetByRole(AriaRole.Option, new() { Name = "Sign out…" }).ClickAsync();
        await ann.Page.Locator("#signout").GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();

        await Expect(ann.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("You are signed out.");
        await Expect(tab.Locator("#join-form")).ToBeVisibleAsync();
        await tab.CloseAsync();
        await ann.Page.ReloadAsync();
        await Expect(ann.JoinForm).ToBeVisibleAsync();
        Assert.Equal(0, await ann.StoredCountAsync());
        Assert.Equal(["actorchat.name"],
            await ann.Page.EvaluateAsync<string[]>("() => Object.keys(localStorage).filter((key) => key !== 'actorchat.theme')"));

        await ann.EnterNameAsync(name);
        await Expect(ann.Composer).ToHaveValueAsync("");
        await Expect(ann.Stored($"before leaving {name}")).ToHaveCountAsync(1);
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task A_tab_that_learns_late_about_the_sign_out_stores_nothing()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.SaidAsync($"before leaving {ann.Name}");
        var tab = await ann.Context.NewPageAsync();
        // The other tab learns that its connection was closed only when the test allows it.
        var told = new TaskCompletionSource();
        await tab.RouteWebSocketAsync(SocketAddress(), opened => opened.ConnectToServer().OnClose(async (code, reason) =>
        {
            await told.Task;
            await opened.CloseAsync(new() { Code = code, Reason = reason });
        }));
        await tab.GotoAsync("/");
        await tab.Locator("html[data-live=true] .head[data-link=live]").WaitForAsync();

        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out…" }).ClickAsync();
        await ann.Page.Locator("#signout").GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await Expect(ann.JoinForm).ToBeVisibleAsync();
        // The other tab saves its messages when it is hidden. The count is read in that tab, after anything it has written.
        await tab.EvaluateAsync("() => dispatchEvent(new Event('pagehide'))");
        Assert.Equal(0, await Person.StoredCountAsync(tab));
        told.SetResult();

        await Expect(tab.Locator("#join-form")).ToBeVisibleAsync();
        Assert.Equal(0, await ann.StoredCountAsync());
        await tab.CloseAsync();
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task Signing_out_without_a_connection_fails_with_a_message()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        line.Disconnect();
        await ann.SayAsync($"not sent {ann.Name}");
        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out…" }).ClickAsync();
        var dialog = ann.Page.Locator("#signout");
        await Expect(dialog).ToContainTextAsync("One message has not been sent");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("The server does not respond");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Stay" }).ClickAsync();

        line.AllowReconnect();
        await ann.ReconnectAsync();
        await ann.Stored($"not sent {ann.Name}").WaitForAsync();
        ann.AssertHarmless();
    }

    [GeneratedRegex("/ws$")]
    private static partial Regex SocketAddress();
}
