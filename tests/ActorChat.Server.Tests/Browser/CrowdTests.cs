using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Beside)]
public sealed class CrowdTests(Chromium chromium, OwnRoom room) : IClassFixture<OwnRoom>
{
    const int Crowd = 20;

    [SkippableFact]
    public async Task Twenty_browsers_show_the_same_conversation()
    {
        var people = new List<Person>();
        try
        {
            for (var i = 0; i < Crowd; i++) people.Add(await Person.JoinAsync(chromium, room, Person.NewName()));
            foreach (var person in people) await Expect(person.Page.Locator(".side .people h2")).ToHaveTextAsync($"Here now · {Crowd}");

            await Task.WhenAll(people.Select((person, n) => person.SaidAsync(n == 7 ? "/AIBot to the crowd" : $"one of the crowd {n}")));

            foreach (var person in people)
            {
                await Expect(person.Rows).ToHaveCountAsync(Crowd + 1);
                await Expect(person.Page.Locator(".row.bot")).ToHaveAttributeAsync("data-state", "done");
            }
            var seen = await people[0].TextsAsync("");
            Assert.Equal(Crowd + 1, seen.Distinct().Count());
            foreach (var person in people)
            {
                Assert.Equal(seen, await person.TextsAsync(""));
                person.AssertClean();
            }
        }
        finally
        {
            foreach (var person in people) await person.DisposeAsync();
        }
    }
}
