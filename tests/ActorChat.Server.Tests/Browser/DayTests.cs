using ActorChat.Server.Tests.Clients;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>Day captions and message groups, with invented times later than all other messages of the room.</summary>
[Collection(SharedRoom.Name)]
public sealed class DayTests(Chromium chromium, SharedRoom room)
{
    [SkippableFact]
    public async Task Messages_are_grouped_by_days_of_the_readers_time_zone_in_their_language()
    {
        var topic = Person.NewName("days");
        string[] at = ["2031-03-10T10:30:00.000Z", "2031-03-10T12:30:00.000Z"];
        await using var berlin = await JoinAsync(topic, at, new Setup());
        await using var auckland = await JoinAsync(topic, at, new Setup(Locale: "de-DE", Zone: "Pacific/Auckland"));
        await SayAllAsync(topic, at.Length);

        await Expect(berlin.Row($"{topic} 1")).ToHaveCountAsync(1);
        await Expect(auckland.Row($"{topic} 1")).ToHaveCountAsync(1);
        Assert.Equal(["Monday 10 March 2031", $"{topic} 0", $"{topic} 1"], await FromAsync(berlin, topic));
        Assert.Equal(["Montag 10. März 2031", $"{topic} 0", "Dienstag 11. März 2031", $"{topic} 1"], await FromAsync(auckland, topic));
        await Expect(auckland.Row($"{topic} 1").Locator("time")).ToHaveTextAsync("01:30");
        await Expect(berlin.Row($"{topic} 1").Locator("time")).ToHaveTextAsync("13:30");
        berlin.AssertClean();
        auckland.AssertClean();
    }

    [SkippableFact]
    public async Task Messages_of_one_author_form_a_group_within_five_minutes_of_the_same_day()
    {
        var topic = Person.NewName("group");
        string[] at =
        [
            "2031-05-05T12:00:00.000Z", "2031-05-05T12:05:00.000Z", // exactly five minutes: one group
            "2031-05-05T12:10:00.001Z", // one millisecond more
            "2031-05-05T21:58:00.000Z", "2031-05-05T22:01:00.000Z", // with midnight in Berlin between them
        ];
        await using var ann = await JoinAsync(topic, at, new Setup());
        await SayAllAsync(topic, at.Length);
        await Expect(ann.Row($"{topic} 4")).ToHaveCountAsync(1);
        bool[] heads = [true, false, true, true, true];
        for (var n = 0; n < at.Length; n++)
        {
            await Expect(ann.Row($"{topic} {n}").Locator(".avatar")).ToBeVisibleAsync(new() { Visible = heads[n] });
            Assert.Equal(heads[n], await ann.Row($"{topic} {n}").Locator(".who").EvaluateAsync<bool>("el => el.offsetWidth > 1"));
        }

        // Inside a group the time appears on hover, with the full date as its title.
        var inside = ann.Row($"{topic} 1");
        await Expect(inside.Locator(".when")).ToHaveCSSAsync("opacity", "0");
        await inside.HoverAsync();
        await Expect(inside.Locator(".when")).ToHaveCSSAsync("opacity", "1");
        await Expect(inside.Locator("time"))
            .ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex("Monday,? 5 May 2031 at 14:05:00"));
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task At_midnight_Today_becomes_Yesterday_without_a_reload()
    {
        var topic = Person.NewName("midnight");
        // In Berlin: some minutes before midnight, and just after it.
        string[] at = ["2031-06-10T21:49:00.000Z", "2031-06-10T22:00:05.000Z"];
        await using var ann = await JoinAsync(topic, at, new Setup(),
            context => context.Clock.InstallAsync(new() { TimeDate = new DateTime(2031, 6, 10, 21, 49, 30, DateTimeKind.Utc) }));
        await using var ben = await ChatClient.JoinAsync(room.Server);
        await ben.SaidAsync($"{topic} 0");
        await Expect(ann.Row($"{topic} 0")).ToHaveCountAsync(1);
        Assert.Equal(["Today", $"{topic} 0"], await FromAsync(ann, topic));

        await ann.Page.Clock.FastForwardAsync(631_000);
        await ann.WaitUntilAsync("() => [...document.querySelectorAll('.day')].at(-1).textContent === 'Yesterday'");
        await ben.SaidAsync($"{topic} 1");
        await Expect(ann.Row($"{topic} 1")).ToHaveCountAsync(1);
        Assert.Equal(["Yesterday", $"{topic} 0", "Today", $"{topic} 1"], await FromAsync(ann, topic));
        ann.AssertClean();
    }

    async Task<Person> JoinAsync(string topic, string[] at, Setup setup, Func<Microsoft.Playwright.IBrowserContext, Task>? before = null)
    {
        var line = new SocketProxy
        {
            Change = frame =>
            {
                if ((string?)frame["type"] == "message" && (string?)frame["text"] is { } text
                    && text.StartsWith(topic, StringComparison.Ordinal)) frame["at"] = at[text[^1] - '0'];
            },
        };
        return await Person.JoinAsync(chromium, room, setup: setup with
        {
            Before = async context =>
            {
                await line.AttachAsync(context);
                if (before is not null) await before(context);
            },
        });
    }

    async Task SayAllAsync(string topic, int count)
    {
        await using var ben = await ChatClient.JoinAsync(room.Server);
        for (var n = 0; n < count; n++) await ben.SaidAsync($"{topic} {n}");
    }

    // Captions and messages, from the caption above the first message of the topic. Commas are removed, because browser versions differ.
    static Task<string[]> FromAsync(Person person, string topic) => person.Page.EvaluateAsync<string[]>("""
        (topic) => {
          const all = [...document.querySelectorAll("#timeline .rows > *")].filter((el) => el.matches(".day, .row"))
            .map((el) => el.matches(".row") ? el.querySelector(".message-text").textContent : el.textContent.replaceAll(",", ""));
          return all.slice(all.findIndex((text) => text.startsWith(topic)) - 1);
        }
        """, topic);
}
