using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using ActorChat.Server.Tests.Clients;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>
/// The first load on a slow network with an empty cache: which files are requested and how large they are. Times are only
/// printed, because they depend on the machine.
/// </summary>
[Collection(SharedRoom.Beside)]
public sealed class FirstLoadTests(Chromium chromium, SharedRoom room, DevelopersRoom developers, ITestOutputHelper output)
    : IClassFixture<DevelopersRoom>
{
    const int MostScriptBytes = 100_000;
    const int MostBytes = 60_000;
    const int MostVendoredBytes = 20_000;

    // 1.6 Mbit/s down, 750 kbit/s up, 150 ms: the "Fast 3G" profile of the browser's developer tools.
    static readonly Dictionary<string, object> FastThreeG = new()
    {
        ["offline"] = false, ["latency"] = 150, ["downloadThroughput"] = 1_600_000 / 8, ["uploadThroughput"] = 750_000 / 8,
    };

    const string Watch = """
        globalThis.times = {};
        const look = () => {
          const input = document.querySelector("#composer-input");
          if (document.activeElement?.id === "join-name") times.form ??= performance.now();
          if (input && input === document.activeElement) times.composer ??= performance.now();
          if (document.documentElement.dataset.live === "true") times.live ??= performance.now();
          if (document.querySelector("#timeline .message-text")) times.words ??= performance.now();
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
        """;

    [SkippableFact]
    public async Task A_new_user_loads_the_join_form_and_the_room_with_six_small_files()
    {
        await using var ann = await Person.OpenPageAsync(chromium, room);
        await OpenAsync(ann, await SlowDownAsync(ann));
        await ann.WaitUntilAsync("() => times.form && performance.getEntriesByName('first-contentful-paint').length");
        await AssertSmallAsync(ann, "newcomer");

        // Everything is loaded before the name is entered: joining requests no more files.
        await ann.WaitUntilAsync("() => performance.getEntriesByType('resource').some((e) => e.name.includes('/vendor/') && e.responseEnd)");
        var asked = new List<string>();
        ann.Page.Request += (_, request) => asked.Add(request.Url);
        await ann.Page.EvaluateAsync("globalThis.entered = performance.now()");
        await ann.EnterNameAsync(Person.NewName());
        Assert.DoesNotContain(asked, url => url.EndsWith(".js", StringComparison.Ordinal)
            || url.EndsWith(".css", StringComparison.Ordinal));
        output.WriteLine(await ann.Page.EvaluateAsync<string>("`room ${Math.round(times.composer - entered)} ms after the name, live ${Math.round(times.live - entered)} ms`"));
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task A_signed_in_user_loads_the_room_with_six_small_files_and_one_socket()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var ben = await ChatClient.JoinAsync(room.Server);
        for (var n = 0; n < 50; n++) await ben.SaidAsync($"line {n} that somebody wrote before {ann.Name}");
        await Expect(ann.Stored($"line 49 that somebody wrote before {ann.Name}")).ToHaveCountAsync(1);
        var sockets = 0;
        ann.Page.WebSocket += (_, _) => Interlocked.Increment(ref sockets);
        var browser = await SlowDownAsync(ann);
        // The socket that early.js opened is used, unless it is too old because the machine was paused.
        for (var tries = 1; tries <= 3 && sockets != 1; tries++)
        {
            sockets = 0;
            await OpenAsync(ann, browser);
            await ann.WaitUntilAsync("() => times.composer && times.live && times.words");
            await AssertSmallAsync(ann, "known");
        }
        Assert.Equal(1, sockets);
        await ann.SaidAsync($"at once {ann.Name}");
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task In_development_every_module_is_served_unchanged()
    {
        await using var ann = await Person.OpenPageAsync(chromium, developers);
        var scripts = new ConcurrentBag<string>();
        ann.Page.Response += (_, response) =>
        {
            if (response.Url.EndsWith(".js", StringComparison.Ordinal)) scripts.Add(new Uri(response.Url).AbsolutePath);
        };
        await ann.Page.ReloadAsync();
        await ann.EnterNameAsync(Person.NewName());
        await ann.SaidAsync($"in pieces {ann.Name}");
        Assert.Contains("/js/views/composer.js", scripts);
        Assert.DoesNotContain("/js/page.js", scripts);
        ann.AssertClean();
    }

    /// <summary>Leaves the page; every later load uses the slow network.</summary>
    static async Task<ICDPSession> SlowDownAsync(Person person)
    {
        await person.Page.GotoAsync("about:blank");
        await person.Page.AddInitScriptAsync(Watch);
        var browser = await person.Context.NewCDPSessionAsync(person.Page);
        await browser.SendAsync("Network.enable");
        await browser.SendAsync("Network.emulateNetworkConditions", FastThreeG);
        return browser;
    }

    static async Task OpenAsync(Person person, ICDPSession browser)
    {
        await person.Page.GotoAsync("about:blank");
        await browser.SendAsync("Network.clearBrowserCache");
        await person.Page.GotoAsync("/");
    }

    async Task AssertSmallAsync(Person person, string who)
    {
        var json = await person.Page.EvaluateAsync<string>("""
            JSON.stringify([...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
              .map((e) => ({ name: new URL(e.name).pathname, bytes: e.encodedBodySize, plain: e.decodedBodySize })))
            """);
        var files = JsonSerializer.Deserialize<Transfer[]>(json, JsonSerializerOptions.Web)!.Where(
            f => !f.Name.StartsWith("/icons/", StringComparison.Ordinal) && f.Name != "/ws").ToArray();
        var scripts = files.Where(f => f.Name.EndsWith(".js", StringComparison.Ordinal)).ToArray();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{who}: {string.Join(", ", files.Select(f => $"{f.Name} {f.Bytes}/{f.Plain}"))}"));
        output.WriteLine(await person.Page.EvaluateAsync<string>(
            "`painted ${Math.round(performance.getEntriesByName('first-contentful-paint')[0]?.startTime)} ms, form ${Math.round(times.form)} ms, composer ${Math.round(times.composer)} ms, live ${Math.round(times.live)} ms, words ${Math.round(times.words)} ms`"));
        Assert.All(files, f => Assert.Contains(
            f.Name, new[] { "/", "/js/early.js", "/js/page.js", "/css/page.css", "/vendor/markdown-it.js", "/manifest.webmanifest" }));
        Assert.InRange(scripts.Sum(f => f.Bytes), 1, MostScriptBytes);
        // The Markdown renderer is loaded after the page can be used.
        var vendored = files.Where(f => f.Name.StartsWith("/vendor/", StringComparison.Ordinal)).Sum(f => f.Bytes);
        Assert.InRange(vendored, who == "known" ? 1 : 0, MostVendoredBytes);
        Assert.InRange(files.Sum(f => f.Bytes) - vendored, 1, MostBytes);
    }

    sealed record Transfer(string Name, int Bytes, int Plain);
}

/// <summary>A server in the Development environment.</summary>
public sealed class DevelopersRoom() : Room([("ASPNETCORE_ENVIRONMENT", "Development")]);
