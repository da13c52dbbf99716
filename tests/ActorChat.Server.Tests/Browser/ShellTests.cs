using System.Collections.Concurrent;
using ActorChat.Domain;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>The page as an installable app: its manifest and the service worker that caches its files.</summary>
[Collection(SharedRoom.Beside)]
public sealed class ShellTests(Chromium chromium, SharedRoom room, OldRoom past) : IClassFixture<OldRoom>
{
    const int Kept = 200;

    // The cache is complete, and the worker is active and answers requests.
    const string CacheComplete = "async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated' && Boolean(await caches.match(new URL('whole', location.href)))";

    [SkippableFact]
    public async Task The_page_can_be_installed()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Offline: true));
        await UntilAsync(ann.Page, CacheComplete);
        var browser = await ann.Context.NewCDPSessionAsync(ann.Page);
        var manifest = await browser.SendAsync("Page.getAppManifest");
        Assert.Equal(0, manifest!.Value.GetProperty("errors").GetArrayLength());
        Assert.EndsWith("/manifest.webmanifest", manifest.Value.GetProperty("url").GetString(), StringComparison.Ordinal);
        var errors = await browser.SendAsync("Page.getInstallabilityErrors");
        var told = errors!.Value.GetProperty("installabilityErrors").EnumerateArray().Select(e => e.GetProperty("errorId").GetString());
        // The test browser has no profile to install into; there must be no other obstacle.
        Assert.DoesNotContain(told, error => error != "in-incognito");
        // The icons are valid images.
        var drawn = await ann.Page.EvaluateAsync<int[]>("""
            async () => Promise.all(["icons/icon.svg", "icons/maskable.svg"].map((src) => new Promise((done) => {
              const image = new Image();
              image.onload = () => done(image.naturalWidth);
              image.onerror = () => done(0);
              image.src = src;
            })))
            """);
        Assert.All(drawn, width => Assert.True(width > 0));
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task Without_a_network_the_page_opens_with_the_newest_200_messages()
    {
        await using var ann = await Person.JoinAsync(
            chromium, past, setup: new Setup(Offline: true, Before: context => context.Clock.InstallAsync()));
        await UntilAsync(ann.Page, CacheComplete);
        // The page loads and stores older messages every 2.5 s of its clock.
        await Deadline.UntilAsync(async () =>
        {
            await ann.Page.Clock.RunForAsync(2500);
            return await ann.StoredCountAsync() == Kept;
        }, TimeSpan.FromSeconds(60), () => "Fewer messages were stored.");
        await ann.Context.SetOfflineAsync(true);
        await ann.Page.ReloadAsync();
        await Expect(ann.Rows).ToHaveCountAsync(Kept);
        await Expect(ann.Rows.Last).ToContainTextAsync($"Message {OldRoom.Messages}");
        await ann.SayAsync($"later {ann.Name}");
        await Expect(ann.Banner).ToContainTextAsync("1 message is waiting");
        await ann.Page.Keyboard.PressAsync("Control+k");
        await Expect(ann.Page.Locator("#palette")).ToBeVisibleAsync();

        await ann.Context.SetOfflineAsync(false);
        await ann.ReconnectAsync();
        await Expect(ann.Stored($"later {ann.Name}")).ToHaveCountAsync(1);
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task The_page_works_and_reloads_after_its_cached_files_were_deleted()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Offline: true));
        await UntilAsync(ann.Page, CacheComplete);
        await ann.Page.EvaluateAsync("async () => { for (const name of await caches.keys()) await caches.delete(name); }");
        var browser = await ann.Context.NewCDPSessionAsync(ann.Page);
        await browser.SendAsync("Network.clearBrowserCache");

        await ann.SaidAsync($"still here {ann.Name}");
        await ann.Page.Keyboard.PressAsync("Control+k");
        await Expect(ann.Page.Locator("#palette")).ToBeVisibleAsync();
        await ann.Page.Keyboard.PressAsync("Escape");
        await ann.Page.ReloadAsync();
        await ann.WaitUntilLiveAsync();
        await Expect(ann.Row($"still here {ann.Name}")).ToHaveCountAsync(1);
        await UntilAsync(ann.Page, CacheComplete); // the files are cached again
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task A_new_version_is_used_completely_or_not_at_all()
    {
        using var files = new PageVersions();
        await using var server = await PageServer.StartAsync(files.Write("one"));
        var seen = new ConcurrentQueue<string>();
        await using var context = await NewContextAsync(server, seen);
        var page = await OpenCachedPageAsync(context);

        // An incomplete version is ignored.
        server.Serve(files.Write("two"), without: "/css/page.css");
        await page.ReloadAsync();
        await Deadline.UntilAsync(() => server.Refused > 0, "The worker did not ask for the new files.");
        await page.ReloadAsync();
        Assert.Equal("one", await page.TitleAsync());

        // The page was not used yet: it reloads by itself when the new version is complete.
        server.Serve(files.Write("two"));
        await page.ReloadAsync();
        await Deadline.UntilAsync(() => seen.Contains("two two two"), "The new version was never used completely.");
        Assert.All(seen, versions => Assert.Contains(versions, new[] { "one one one", "two two two" }));
    }

    [SkippableFact]
    public async Task A_page_learns_about_a_new_version_even_before_it_has_finished_loading()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        // A pending image keeps the document from finishing to load.
        var picture = new TaskCompletionSource();
        await ann.Page.RouteAsync("**/slow.png", async route =>
        {
            await picture.Task;
            await route.AbortAsync();
        });
        await ann.Page.AddInitScriptAsync("new Image().src = '/slow.png'");
        await ann.Page.ReloadAsync(new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await ann.WaitUntilLiveAsync();
        await ann.Page.EvaluateAsync(
            "() => navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { type: 'fresh' } }))");
        Assert.Equal("interactive", await ann.Page.EvaluateAsync<string>("document.readyState"));
        await Expect(ann.Page.Locator("#new-version")).ToBeVisibleAsync();
        picture.SetResult();
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task A_page_opened_during_an_update_learns_about_the_new_version_too()
    {
        using var files = new PageVersions();
        await using var server = await PageServer.StartAsync(files.Write("one"));
        var seen = new ConcurrentQueue<string>();
        await using var context = await NewContextAsync(server, seen);
        var page = await OpenCachedPageAsync(context);
        var refusal = new TaskCompletionSource();
        server.Serve(files.Write("two"), without: "/css/page.css", refusal.Task);
        await page.ReloadAsync();
        await Deadline.UntilAsync(() => server.Refused > 0, "The worker did not ask for the new files.");

        server.Serve(files.Write("two"));
        await page.ReloadAsync();
        await Deadline.UntilAsync(() => seen.Count == 3, "The page was not opened a third time.");
        Assert.DoesNotContain("two two two", seen);
        refusal.SetResult(); // answers the first update

        await Deadline.UntilAsync(() => seen.Contains("two two two"), "There was no second update.");
    }

    /// <summary>
    /// A context whose pages log the version of each of their parts on loading. They use the console, because everything that Playwright
    /// evaluates in a
    /// page counts as user activation, and a page with user activation does not reload by itself.
    /// </summary>
    async Task<IBrowserContext> NewContextAsync(PageServer server, ConcurrentQueue<string> seen)
    {
        const string Mark = "versions: ";
        var context = await chromium.Browser.NewContextAsync(new() { BaseURL = server.Address });
        context.SetDefaultTimeout((float)Person.Patience.TotalMilliseconds);
        await context.Clock.SetFixedTimeAsync(DateTime.UtcNow); // the page counts as just opened, even on a slow machine
        context.Console += (_, said) =>
        {
            if (said.Text.StartsWith(Mark, StringComparison.Ordinal)) seen.Enqueue(said.Text[Mark.Length..]);
        };
        await context.AddInitScriptAsync($$"""
            addEventListener("load", () => console.log("{{Mark}}" + [document.title, getComputedStyle(document.documentElement).getPropertyValue("--version"), globalThis.version].join(" ")));
            """);
        return context;
    }

    static async Task<IPage> OpenCachedPageAsync(IBrowserContext context)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync("/");
        await UntilAsync(page, CacheComplete);
        return page;
    }

    static Task UntilAsync(IPage page, string holds) =>
        Deadline.UntilAsync(() => page.EvaluateAsync<bool>(holds), Deadline.Usual, () => $"It never held: {holds}");
}
