using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using ActorChat.Domain;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;

namespace ActorChat.Server.Tests.Browser;

/// <summary>The settings of a browser context.</summary>
public sealed record Setup(int Width = 1280, int Height = 800, ColorScheme Theme = ColorScheme.Light, bool Offline = false,
    bool Still = false, Func<IBrowserContext, Task>? Before = null,
    bool Touch = false, float Scale = 1, string Locale = "en-GB", string Zone = "Europe/Berlin");

/// <summary>
/// A user with the page open in their own browser context. Records what the page must never do: console errors, dialogs,
/// requests to other hosts.
/// </summary>
public sealed partial class Person : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly ConcurrentQueue<string> errors = new(), dialogs = new(), foreignRequests = new();
    readonly ServerProcess server;

    Person(IBrowserContext context, IPage page, ServerProcess server)
    {
        (Context, Page, this.server) = (context, page, server);
        context.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        Watch(page);
        context.Request += (_, request) =>
        {
            if (!IsOwnServer(request.Url)) foreignRequests.Enqueue(request.Url);
        };
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    public string Name { get; private set; } = "";

    public ILocator Composer => Page.Locator("#composer-input");

    public ILocator Timeline => Page.Locator("#timeline");

    public ILocator Rows => Page.Locator("#timeline .row");

    public ILocator Banner => Page.Locator("#connection-banner");

    public ILocator JoinForm => Page.Locator("#join-form");

    public IReadOnlyCollection<string> Errors => errors;

    public IReadOnlyCollection<string> Dialogs => dialogs;

    /// <summary>Requests of the page to other hosts.</summary>
    public IReadOnlyCollection<string> ForeignRequests => foreignRequests;

    /// <summary>Opens the page without joining.</summary>
    public static async Task<Person> OpenPageAsync(Chromium chromium, Room room, Setup? setup = null)
    {
        ArgumentNullException.ThrowIfNull(chromium);
        ArgumentNullException.ThrowIfNull(room);
        var browser = chromium.Browser; // skips the test before a server is started if there is no browser
        await room.OpenAsync();
        setup ??= new Setup();
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = room.Server.Address.ToString(),
            ViewportSize = new ViewportSize { Width = setup.Width, Height = setup.Height },
            ColorScheme = setup.Theme,
            ReducedMotion = setup.Still ? ReducedMotion.Reduce : ReducedMotion.NoPreference,
            HasTouch = setup.Touch,
            IsMobile = setup.Touch,
            DeviceScaleFactor = setup.Scale,
            Locale = setup.Locale,
            TimezoneId = setup.Zone,
            // Most tests use the files as served, not as cached by the service worker.
            ServiceWorkers = setup.Offline ? ServiceWorkerPolicy.Allow : ServiceWorkerPolicy.Block,
        });
        if (setup.Before is { } before) await before(context);
        var person = new Person(context, await context.NewPageAsync(), room.Server);
        await person.Page.GotoAsync("/");
        return person;
    }

    public static async Task<Person> JoinAsync(Chromium chromium, Room room, string? name = null, Setup? setup = null)
    {
        var person = await OpenPageAsync(chromium, room, setup);
        await person.EnterNameAsync(name ?? NewName());
        return person;
    }

    /// <summary>A unique name.</summary>
    public static string NewName(string stem = "Pat") => $"{stem} {Random.Shared.Next():x}";

    public async Task EnterNameAsync(string name)
    {
        Name = name;
        await Page.FillAsync("#join-name", name);
        await Page.PressAsync("#join-name", "Enter");
        await WaitUntilLiveAsync();
    }

    /// <summary>Waits until the page is live and has applied all earlier messages.</summary>
    public Task WaitUntilLiveAsync() => Page.Locator("html[data-live=true] .head[data-link=live]").WaitForAsync();

    /// <summary>Waits until the page has reconnected. An online event ends the wait between two attempts, which may be 30 s.</summary>
    public Task ReconnectAsync() => Deadline.UntilAsync(() => Page.EvaluateAsync<bool>("""
        () => {
          const link = document.querySelector(".head")?.dataset.link;
          // Only while it is waiting: otherwise the event would restart an attempt or probe a live connection.
          if (link === "waiting") dispatchEvent(new Event("online"));
          return link === "live";
        }
        """), Patience, () => "The page did not reconnect.");

    /// <summary>
    /// Waits for two frames, so that pending updates are rendered. With an installed clock these are its frames; scroll events use the
    /// browser's own.
    /// </summary>
    public Task WaitForFramesAsync() =>
        Page.EvaluateAsync("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");

    /// <summary>
    /// Records the values of an expression in the page in <c>recorded.&lt;name&gt;</c>, also after reloads, so that a test can check
    /// short-lived values.
    /// It is evaluated after every change of the document; repeated values, null and undefined are not recorded.
    /// </summary>
    public async Task RecordAsync(string name, string expression)
    {
        var script = $$"""
            (() => {
              const all = ((globalThis.recorded ??= {}).{{name}} ??= []);
              const look = () => { const now = (() => {{expression}})(); if (now != null && now !== all.at(-1)) all.push(now); };
              new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
              look();
            })()
            """;
        await Page.AddInitScriptAsync(script);
        await Page.EvaluateAsync(script);
    }

    /// <summary>The values recorded under a name.</summary>
    public Task<string[]> RecordedAsync(string name) =>
        Page.EvaluateAsync<string[]>($"() => (globalThis.recorded?.{name} ?? []).map(String)");

    /// <summary>Waits until something was recorded.</summary>
    public Task RecordedAsync(string name, string what) =>
        WaitUntilAsync($"(what) => recorded.{name}.some((one) => String(one) === what)", what);

    /// <summary>The number of messages stored on this device.</summary>
    /// <param name="which">A JavaScript predicate that selects the messages to count.</param>
    public Task<int> StoredCountAsync(string which = "() => true") => StoredCountAsync(Page, which);

    /// <summary>The same, read in another tab: after everything that tab has written.</summary>
    public static Task<int> StoredCountAsync(IPage tab, string which = "() => true") => tab.EvaluateAsync<int>($$"""
        () => new Promise((done) => {
          const open = indexedDB.open("actorchat");
          open.onsuccess = () => {
            const get = open.result.transaction("cache").objectStore("cache").get("room");
            get.onsuccess = () => { open.result.close(); done(get.result?.messages.filter({{which}}).length ?? 0); };
          };
        })
        """);

    public async Task SayAsync(string text)
    {
        await Composer.FillAsync(text);
        await Composer.PressAsync("Enter");
    }

    /// <summary>Sends a message and waits until it is in the log.</summary>
    public async Task SaidAsync(string text)
    {
        await SayAsync(text);
        await Stored(text).WaitForAsync();
    }

    /// <summary>The rows with exactly this text.</summary>
    public ILocator Row(string text) =>
        Rows.Filter(new LocatorFilterOptions { Has = Page.Locator(".message-text", new PageLocatorOptions { HasTextRegex = new Regex($@"^\s*{Regex.Escape(text)}\s*$") }) });

    /// <summary>The rows with exactly this text that are in the log.</summary>
    public ILocator Stored(string text) => Row(text).And(Page.Locator("[data-seq]"));

    /// <summary>The texts of all messages that contain a string, from top to bottom.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync(string with) =>
        await Page.EvalOnSelectorAllAsync<string[]>("#timeline .row .message-text",
            "(all, wanted) => all.map((el) => el.textContent).filter((text) => text.includes(wanted))", with);

    /// <summary>
    /// Scrolls a row to an offset from the top, repeatedly: the page may scroll back to the end until it has handled the scroll event.
    /// </summary>
    public Task ScrollToAsync(ILocator row, int above) => Deadline.UntilAsync(() => row.EvaluateAsync<bool>("""
        async (el, above) => {
          const timeline = document.querySelector("#timeline"), at = () => el.getBoundingClientRect().top - timeline.getBoundingClientRect().top;
          timeline.scrollTop += at() - above;
          const set = at();
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          return Math.abs(at() - set) <= 1;
        }
        """, above), Patience, () => "The row does not stay where it was scrolled to.");

    /// <summary>
    /// Scrolls away from the end to <paramref name="top"/>, an expression of the timeline element <c>el</c>, until the page has handled
    /// the scroll event.
    /// </summary>
    public Task LeaveEndAsync(string top) => Deadline.UntilAsync(() => Timeline.EvaluateAsync<bool>($$"""
        async (el) => {
          const to = Math.max(0, {{top}});
          el.scrollTop = to;
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          return Math.abs(el.scrollTop - to) <= 1;
        }
        """), Patience, () => "The page did not detect that the reader left the end.");

    /// <summary>Waits until an expression is true in the page.</summary>
    public Task WaitUntilAsync(string expression, object? argument = null) =>
        Page.WaitForFunctionAsync(expression, argument, new PageWaitForFunctionOptions { Timeout = (float)Patience.TotalMilliseconds });

    /// <summary>There were no errors, dialogs, foreign requests or new windows.</summary>
    public void AssertClean()
    {
        Assert.Empty(Errors);
        AssertHarmless();
    }

    /// <summary>There were no dialogs, foreign requests or new windows.</summary>
    public void AssertHarmless()
    {
        Assert.Empty(Dialogs);
        Assert.Empty(ForeignRequests);
        Assert.Single(Context.Pages);
    }

    void Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !IgnoredMessage().IsMatch(message.Text))
                errors.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
        };
        page.PageError += (_, error) => errors.Enqueue(error);
        page.Dialog += (_, dialog) =>
        {
            dialogs.Enqueue($"{dialog.Type}: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
    }

    bool IsOwnServer(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
            && (uri.Authority == server.Address.Authority || uri.Scheme is "data" or "blob" or "about");

    // A message of Playwright when it blocks the service worker, and one of Chromium about a socket closed before it was open, as after a
    // long sleep.
    [GeneratedRegex("Service Worker registration blocked by Playwright|WebSocket is closed before the connection is established")]
    private static partial Regex IgnoredMessage();

    public async ValueTask DisposeAsync() => await Context.DisposeAsync();
}
