using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Name)]
public sealed class CrowdTests(Chromium chromium, OwnRoom room) : IClassFixture<OwnRoom>
{
    const int People = 20, Words = 3;

    [SkippableFact]
    public async Task Twenty_browsers_in_one_room_all_end_with_the_same_order()
    {
        var crowd = new List<Person>();
        try
        {
            // A few at a time: twenty first loads at once would say more about this machine than about the page.
            for (var n = 0; n < People; n += 2)
                crowd.AddRange(await Task.WhenAll(Enumerable.Range(n, 2).Select(_ => Person.JoinAsync(chromium, room, setup: new Setup(Width: 360, Height: 320)))));

            await Task.WhenAll(crowd.Select(async person =>
            {
                for (var n = 1; n <= Words; n++) await person.SayAsync($"word {n} of {person.Name}");
            }));

            foreach (var person in crowd) await Expect(person.Page.Locator("#timeline .row[data-seq]").Filter(new() { HasText = "word " })).ToHaveCountAsync(People * Words);
            var order = await crowd[0].TextsAsync("word ");
            Assert.Equal(People * Words, order.Distinct().Count());
            foreach (var person in crowd)
            {
                Assert.Equal(order, await person.TextsAsync("word "));
                Assert.Equal(Enumerable.Range(1, Words).Select(n => $"word {n} of {person.Name}"), order.Where(text => text.EndsWith(person.Name, StringComparison.Ordinal)));
                person.AssertClean();
            }
        }
        finally
        {
            foreach (var person in crowd) await person.DisposeAsync();
        }
    }
}
