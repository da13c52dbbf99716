using ActorChat.Server.Tests.Clients;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Name)]
public sealed class ConversationTests(Chromium chromium, SharedRoom room)
{
    [SkippableFact]
    public async Task Two_users_exchange_messages_and_see_the_same_order()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await Person.JoinAsync(chromium, room);
        var topic = Guid.NewGuid().ToString("N")[..8];

        // Both write at the same time: any order is correct, but it must be the same for both.
        await Task.WhenAll(TalkAsync(ann, "a"), TalkAsync(ben, "b"));
        await Expect(ann.Rows.Filter(new() { HasText = topic })).ToHaveCountAsync(16);
        await Expect(ben.Rows.Filter(new() { HasText = topic })).ToHaveCountAsync(16);

        var seen = await ann.TextsAsync(topic);
        Assert.Equal(seen, await ben.TextsAsync(topic));
        Assert.Equal(Spoken("a"), seen.Where(text => text.EndsWith('a')));
        Assert.Equal(Spoken("b"), seen.Where(text => text.EndsWith('b')));
        await Expect(ben.Stored($"{topic} 3 a").Locator(".who")).ToHaveTextAsync(ann.Name);
        ann.AssertClean();
        ben.AssertClean();

        IEnumerable<string> Spoken(string who) => Enumerable.Range(1, 8).Select(n => $"{topic} {n} {who}");

        async Task TalkAsync(Person person, string who)
        {
            foreach (var text in Spoken(who)) await person.SayAsync(text);
        }
    }

    [SkippableFact]
    public async Task A_taken_name_is_refused_and_another_name_is_accepted()
    {
        await using var second = await Person.OpenPageAsync(chromium, room);
        await using var first = await ChatClient.JoinAsync(room.Server, Person.NewName("Kim"));

        await second.Page.FillAsync("#join-name", first.Name.ToUpperInvariant());
        await second.Page.ClickAsync("#join-form button");

        await Expect(second.Page.GetByRole(Microsoft.Playwright.AriaRole.Alert))
            .ToHaveTextAsync("Someone already has this name. Please choose another.");
        await Expect(second.Page.Locator("#join-name")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(second.Page.Locator("#join-name")).ToBeFocusedAsync();
        await Expect(second.Composer).ToHaveCountAsync(0);

        await second.EnterNameAsync(Person.NewName("Kim"));
        await Expect(second.Composer).ToBeFocusedAsync();
        second.AssertClean();
    }

    [SkippableFact]
    public async Task A_reload_keeps_the_name_without_showing_the_join_form()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        var text = $"before {ann.Name}";
        await ann.SaidAsync(text);
        // Records whether the form was visible in any frame.
        await ann.Page.AddInitScriptAsync("""
            globalThis.formSeen = false;
            const look = () => { formSeen ||= document.querySelector("#join-form")?.checkVisibility({ visibilityProperty: true }) ?? false; requestAnimationFrame(look); };
            look();
            """);

        await ann.Page.ReloadAsync();
        await ann.WaitUntilLiveAsync();

        await Expect(ann.Stored(text)).ToHaveCountAsync(1);
        await Expect(ann.Page.Locator(".me .name")).ToHaveTextAsync(ann.Name);
        Assert.False(await ann.Page.EvaluateAsync<bool>("formSeen"));
        await ann.SaidAsync($"after {ann.Name}");
        await Expect(ann.Stored($"after {ann.Name}").Locator(".who")).ToHaveTextAsync(ann.Name);
        ann.AssertClean();
    }
}
