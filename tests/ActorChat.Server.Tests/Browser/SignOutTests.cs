using System.Text.RegularExpressions;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Leaving for good.</summary>
[Collection(SharedRoom.Beside)]
public sealed partial class SignOutTests(Chromium chromium, SharedRoom room)
{
    [SkippableFact]
    public async Task Who_signs_out_leaves_nothing_on_the_device_in_no_tab_and_can_come_back_by_name()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        var name = ann.Name;
        await ann.SaidAsync($"before leaving {name}");
        await ann.Composer.FillAsync("half a thought");
        await Deadline.UntilAsync(async () => await ann.KeptAsync() > 0, Person.Patience, () => "Nothing was kept.");
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
        Assert.Equal(0, await ann.KeptAsync());
        Assert.Equal(["actorchat.name"], await ann.Page.EvaluateAsync<string[]>("() => Object.keys(localStorage).filter((key) => key !== 'actorchat.theme')"));

        await ann.EnterAsync(name);
        await Expect(ann.Composer).ToHaveValueAsync("");
        await Expect(ann.Settled($"before leaving {name}")).ToHaveCountAsync(1);
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task A_tab_that_hears_of_it_late_or_never_leaves_nothing_either()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.SaidAsync($"before leaving {ann.Name}");
        var tab = await ann.Context.NewPageAsync();
        // The other tab's line is told to have ended when the test says so.
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
        // As where it is put away, or a little after it heard something; this page has forgotten the room before. What it wrote would be read behind it.
        await tab.EvaluateAsync("() => dispatchEvent(new Event('pagehide'))");
        Assert.Equal(0, await Person.KeptAsync(tab));
        told.SetResult();

        await Expect(tab.Locator("#join-form")).ToBeVisibleAsync();
        Assert.Equal(0, await ann.KeptAsync());
        await tab.CloseAsync();
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task Without_a_line_nobody_is_signed_out_and_the_dialog_says_so()
    {
        var line = new Line();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.TapAsync));
        line.Cut();
        await ann.SayAsync($"not sent {ann.Name}");
        await ann.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out…" }).ClickAsync();
        var dialog = ann.Page.Locator("#signout");
        await Expect(dialog).ToContainTextAsync("One message has not been sent");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("The server does not respond");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Stay" }).ClickAsync();

        line.Mend();
        await ann.HurryAsync();
        await ann.Settled($"not sent {ann.Name}").WaitForAsync();
        ann.AssertHarmless();
    }

    [GeneratedRegex("/ws$")]
    private static partial Regex SocketAddress();
}
