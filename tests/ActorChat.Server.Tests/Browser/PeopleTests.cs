using ActorChat.Server.Tests.Clients;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Name)]
public sealed class PeopleTests(Chromium chromium, SharedRoom room)
{
    static ILocator Here(Person person) => person.Page.Locator(".side .people .name");

    static ILocator Here(Person person, string name) => Here(person).Filter(new() { HasText = name });

    [SkippableFact]
    public async Task Two_users_see_each_other_join_and_leave()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await Expect(Here(ann, ann.Name)).ToHaveCountAsync(1);
        var ben = await Person.JoinAsync(chromium, room);
        await Expect(Here(ann, ben.Name)).ToHaveCountAsync(1);
        await Expect(Here(ben, ann.Name)).ToHaveCountAsync(1);
        await Expect(ann.Page.Locator(".side .people li", new() { HasText = ann.Name })).ToContainTextAsync("you");
        // Both are read at once: users of earlier tests may leave at any time.
        await ann.WaitUntilAsync("() => document.querySelector('.side .people h2').textContent === `Here now · ${document.querySelectorAll('.side .people .name').length}`");

        await ben.DisposeAsync();
        await Expect(Here(ann, ben.Name)).ToHaveCountAsync(0);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Without_a_connection_the_people_are_dimmed()
    {
        var line = new SocketProxy();
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Before: line.AttachAsync));
        var person = ann.Page.Locator(".side .people li", new() { HasText = ann.Name });
        var color = await person.EvaluateAsync<string>("el => getComputedStyle(el).color");
        var faint = await ann.Page.Locator(".side h2").First.EvaluateAsync<string>("el => getComputedStyle(el).color");
        Assert.NotEqual(faint, color);
        line.Disconnect();
        await Expect(person).ToHaveCSSAsync("color", faint);
        line.AllowReconnect();
        await ann.ReconnectAsync();
        await Expect(person).ToHaveCSSAsync("color", color);
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task On_a_phone_a_button_opens_an_accessible_list_of_people()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Width: 360, Height: 740, Still: true));
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await Expect(ann.Page.Locator(".side")).ToBeHiddenAsync();
        var button = ann.Page.GetByRole(AriaRole.Button, new() { Name = "Here now" });
        await Expect(button).ToBeVisibleAsync();
        var box = (await button.BoundingBoxAsync())!;
        Assert.True(box.Width >= 44 && box.Height >= 44, $"It is {box.Width} by {box.Height} pixels.");

        await button.FocusAsync();
        await ann.Page.Keyboard.PressAsync("Enter");
        var dialog = ann.Page.GetByRole(AriaRole.Dialog, new() { Name = "Here now" });
        await Expect(dialog).ToBeVisibleAsync();
        await Expect(dialog.GetByText(ben.Name)).ToBeVisibleAsync();
        await Expect(dialog.GetByText(ann.Name)).ToBeVisibleAsync();
        foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await ann.Page.EmulateMediaAsync(new() { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            var found = await ann.Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
            Assert.True(found.Violations.Length == 0,
                string.Join('\n', found.Violations.Select(v => $"{theme}: {v.Id} ({v.Help}) {v.Nodes[0].Html}")));
        }
        await ann.Page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToBeHiddenAsync();
        await Expect(button).ToBeFocusedAsync();
        ann.AssertClean();
    }
}
