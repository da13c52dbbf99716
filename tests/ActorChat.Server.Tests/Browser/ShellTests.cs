using System.Collections.Concurrent;
using ActorChat.Domain;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>The page as something that is installed: its manifest, and the worker that keeps its files.</summary>
[Collection(SharedRoom.Beside)]
public sealed class ShellTests(Chromium chromium, SharedRoom room, OldRoom past) : IClassFixture<OldRoom>
{
    const int Kept = 200;

    // The files are there before the worker is one that answers with them.
    const string WholeShell = "async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated' && Boolean(await caches.match(new URL('whole', location.href)))";

    [SkippableFact]
    public async Task The_page_can_be_installed()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Offline: true));
        await UntilAsync(ann.Page, WholeShell);
        var browser = await ann.Context.NewCDPSessionAsync(ann.Page);
        var manifest = await browser.SendAsync("Page.getAppManifest");
        Assert.Equal(0, manifest!.Value.GetProperty("errors").GetArrayLength());
        Assert.EndsWith("/manifest.webmanifest", manifest.Value.GetProperty("url").GetString(), StringComparison.Ordinal);
        var errors = await browser.SendAsync("Page.getInstallabilityErrors");
        var told = errors!.Value.GetProperty("installabilityErrors").EnumerateArray().Select(e => e.GetProperty("errorId").GetString());
        // A browser of a test has no profile to install into; nothing else stands in the way.
        Assert.DoesNotContain(told, error => error != "in-incognito");
        // The icons are pictures, and ours.
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
    public async Task Without_a_network_the_page_opens_with_the_last_two_hundred_messages()
    {
        await using var ann = await Person.JoinAsync(chromium, past, setup: new Setup(Offline: true, Before: context => context.Clock.InstallAsync()));
        await UntilAsync(ann.Page, WholeShell);
        // The page loads and keeps older messages every 2.5 s of its clock.
        await Deadline.UntilAsync(async () =>
        {
            await ann.Page.Clock.RunForAsync(2500);
            return await ann.KeptAsync() == Kept;
        }, TimeSpan.FromSeconds(60), () => "Fewer messages were kept.");
        await ann.Context.SetOfflineAsync(true);
        await ann.Page.ReloadAsync();
        await Expect(ann.Rows).ToHaveCountAsync(Kept);
        await Expect(ann.Rows.Last).ToContainTextAsync($"Message {OldRoom.Messages}");
        await ann.SayAsync($"later {ann.Name}");
        await Expect(ann.Banner).ToContainTextAsync("1 message is waiting");
        await ann.Page.Keyboard.PressAsync("Control+k");
        await Expect(ann.Page.Locator("#palette")).ToBeVisibleAsync();

        await ann.Context.SetOfflineAsync(false);
        await ann.HurryAsync();
        await Expect(ann.Settled($"later {ann.Name}")).ToHaveCountAsync(1);
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task Who_loses_the_kept_files_in_the_middle_goes_on_and_can_reload()
    {
        await using var ann = await Person.JoinAsync(chromium, room, setup: new Setup(Offline: true));
        await UntilAsync(ann.Page, WholeShell);
        await ann.Page.EvaluateAsync("async () => { for (const name of await caches.keys()) await caches.delete(name); }");
        var browser = await ann.Context.NewCDPSessionAsync(ann.Page);
        await browser.SendAsync("Network.clearBrowserCache");

        await ann.SaidAsync($"still here {ann.Name}");
        await ann.Page.Keyboard.PressAsync("Control+k");
        await Expect(ann.Page.Locator("#palette")).ToBeVisibleAsync();
        await ann.Page.Keyboard.PressAsync("Escape");
        await ann.Page.ReloadAsync();
        await ann.LiveAsync();
        await Expect(ann.Row($"still here {ann.Name}")).ToHaveCountAsync(1);
        await UntilAsync(ann.Page, WholeShell); // and is kept again
        ann.AssertClean();
    }

    [SkippableFact]
    public async Task A_new_version_is_taken_whole_or_not_at_all()
    {
        using var files = new PageVersions();
        await using var server = await PageServer.StartAsync(files.Write("one"));
        var seen = new ConcurrentQueue<string>();
        await using var context = await NewContextAsync(server, seen);
        var page = await KeptPageAsync(context);

        // A version that comes only in part is as none.
        server.Serve(files.Write("two"), without: "/css/page.css");
        await page.ReloadAsync();
        await Deadline.UntilAsync(() => server.Refused > 0, "The worker did not ask for the new files.");
        await page.ReloadAsync();
        Assert.Equal("one", await page.TitleAsync());

        // Nobody has touched the page: it takes the new files by itself as soon as all of them are there.
        server.Serve(files.Write("two"));
        await page.ReloadAsync();
        await Deadline.UntilAsync(() => seen.Contains("two two two"), "The new version was never whole.");
        Assert.All(seen, versions => Assert.Contains(versions, new[] { "one one one", "two two two" }));
    }

    [SkippableFact]
    public async Task A_page_hears_of_newer_files_also_before_it_is_loaded()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        // A picture that does not come: the document is there, and not loaded.
        var picture = new TaskCompletionSource();
        await ann.Page.RouteAsync("**/slow.png", async route =>
        {
            await picture.Task;
            await route.AbortAsync();
        });
        await ann.Page.AddInitScriptAsync("new Image().src = '/slow.png'");
        await ann.Page.ReloadAsync(new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await ann.LiveAsync();
        await ann.Page.EvaluateAsync("() => navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { type: 'fresh' } }))");
        Assert.Equal("interactive", await ann.Page.EvaluateAsync<string>("document.readyState"));
        await Expect(ann.Page.Locator("#new-version")).ToBeVisibleAsync();
        picture.SetResult();
        ann.AssertHarmless();
    }

    [SkippableFact]
    public async Task Who_opens_while_the_files_are_still_asked_for_is_told_of_newer_ones_too()
    {
        using var files = new PageVersions();
        await using var server = await PageServer.StartAsync(files.Write("one"));
        var seen = new ConcurrentQueue<string>();
        await using var context = await NewContextAsync(server, seen);
        var page = await KeptPageAsync(context);
        var refusal = new TaskCompletionSource();
        server.Serve(files.Write("two"), without: "/css/page.css", refusal.Task);
        await page.ReloadAsync();
        await Deadline.UntilAsync(() => server.Refused > 0, "The worker did not ask for the new files.");

        server.Serve(files.Write("two"));
        await page.ReloadAsync();
        await Deadline.UntilAsync(() => seen.Count == 3, "It was not opened a third time.");
        Assert.DoesNotContain("two two two", seen);
        refusal.SetResult(); // to who asked before

        await Deadline.UntilAsync(() => seen.Contains("two two two"), "Nobody looked again.");
    }

    /// <summary>
    /// For pages that say on each loading which version each of their parts is. In the console: whatever Playwright evaluates in a page,
    /// an expectation too, counts as somebody's touch, and a page that was touched does not reload by itself.
    /// </summary>
    async Task<IBrowserContext> NewContextAsync(PageServer server, ConcurrentQueue<string> seen)
    {
        const string Mark = "versions: ";
        var context = await chromium.Browser.NewContextAsync(new() { BaseURL = server.Address });
        context.SetDefaultTimeout((float)Person.Patience.TotalMilliseconds);
        await context.Clock.SetFixedTimeAsync(DateTime.UtcNow); // a page stays one that was opened this moment, on a slow machine too
        context.Console += (_, said) =>
        {
            if (said.Text.StartsWith(Mark, StringComparison.Ordinal)) seen.Enqueue(said.Text[Mark.Length..]);
        };
        await context.AddInitScriptAsync($$"""
            addEventListener("load", () => console.log("{{Mark}}" + [document.title, getComputedStyle(document.documentElement).getPropertyValue("--version"), globalThis.version].join(" ")));
            """);
        return context;
    }

    static async Task<IPage> KeptPageAsync(IBrowserContext context)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync("/");
        await UntilAsync(page, WholeShell);
        return page;
    }

    static Task UntilAsync(IPage page, string holds) =>
        Deadline.UntilAsync(() => page.EvaluateAsync<bool>(holds), Deadline.Usual, () => $"It never held: {holds}");
}
