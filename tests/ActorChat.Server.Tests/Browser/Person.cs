using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using ActorChat.Domain;
using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;

namespace ActorChat.Server.Tests.Browser;

/// <summary>How somebody's browser is set up.</summary>
public sealed record Setup(int Width = 1280, int Height = 800, ColorScheme Theme = ColorScheme.Light, bool Offline = false, bool Still = false, Func<IBrowserContext, Task>? Before = null,
    bool Touch = false, float Scale = 1, string Locale = "en-GB", string Zone = "Europe/Berlin");

/// <summary>
/// Somebody with the page open, in a browser context of their own. Keeps watch over everything the page must never do:
/// errors in the console, dialogs, requests to another host.
/// </summary>
public sealed partial class Person : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly ConcurrentQueue<string> errors = new(), dialogs = new(), strays = new();
    readonly ServerProcess server;

    Person(IBrowserContext context, IPage page, ServerProcess server)
    {
        (Context, Page, this.server) = (context, page, server);
        context.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        Watch(page);
        context.Request += (_, request) =>
        {
            if (!IsOurs(request.Url)) strays.Enqueue(request.Url);
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

    /// <summary>Addresses outside this server that the page asked for.</summary>
    public IReadOnlyCollection<string> Strays => strays;

    /// <summary>At the door: the page is open, nobody has joined.</summary>
    public static async Task<Person> ArriveAsync(Chromium chromium, Room room, Setup? setup = null)
    {
        ArgumentNullException.ThrowIfNull(chromium);
        ArgumentNullException.ThrowIfNull(room);
        var browser = chromium.Browser; // where there is none, the test ends here: no server is started in vain
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
            // Most tests are about the files as they are served, not as they were kept.
            ServiceWorkers = setup.Offline ? ServiceWorkerPolicy.Allow : ServiceWorkerPolicy.Block,
        });
        if (setup.Before is { } before) await before(context);
        var person = new Person(context, await context.NewPageAsync(), room.Server);
        await person.Page.GotoAsync("/");
        return person;
    }

    public static async Task<Person> JoinAsync(Chromium chromium, Room room, string? name = null, Setup? setup = null)
    {
        var person = await ArriveAsync(chromium, room, setup);
        await person.EnterAsync(name ?? NewName());
        return person;
    }

    /// <summary>A name that nobody else in the room has.</summary>
    public static string NewName(string stem = "Pat") => $"{stem} {Random.Shared.Next():x}";

    public async Task EnterAsync(string name)
    {
        Name = name;
        await Page.FillAsync("#join-name", name);
        await Page.PressAsync("#join-name", "Enter");
        await LiveAsync();
    }

    /// <summary>Waits until everything that was said before is here.</summary>
    public Task LiveAsync() => Page.Locator("html[data-live=true] .head[data-link=live]").WaitForAsync();

    /// <summary>The same where the server is back: the wait between two tries may be half a minute, unless the network says that it is there.</summary>
    public Task HurryAsync() => Deadline.UntilAsync(() => Page.EvaluateAsync<bool>("""
        () => {
          const link = document.querySelector(".head")?.dataset.link;
          // Only while it waits: a try that is under way would begin anew, and a line that lives would be asked whether it does.
          if (link === "waiting") dispatchEvent(new Event("online"));
          return link === "live";
        }
        """), Patience, () => "The page did not come back.");

    /// <summary>Waits until what the page has to draw now is drawn. Where a test has the page's clock in its hands, these are that clock's frames; of scrolling the page hears with the browser's own.</summary>
    public Task FramesAsync() => Page.EvaluateAsync("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");

    /// <summary>
    /// From now on, and over reloads, notes whatever an expression of the page comes to, each change once, in <c>noted.&lt;name&gt;</c>: also what is over before anybody outside looks.
    /// It is looked at after every change of the document; null and undefined are not noted.
    /// </summary>
    public async Task NoteAsync(string name, string expression)
    {
        var script = $$"""
            (() => {
              const all = ((globalThis.noted ??= {}).{{name}} ??= []);
              const look = () => { const now = (() => {{expression}})(); if (now != null && now !== all.at(-1)) all.push(now); };
              new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
              look();
            })()
            """;
        await Page.AddInitScriptAsync(script);
        await Page.EvaluateAsync(script);
    }

    /// <summary>What was noted under a name so far.</summary>
    public Task<string[]> NotedAsync(string name) => Page.EvaluateAsync<string[]>($"() => (globalThis.noted?.{name} ?? []).map(String)");

    /// <summary>Waits until something was noted.</summary>
    public Task NotedAsync(string name, string what) => HoldsAsync($"(what) => noted.{name}.some((one) => String(one) === what)", what);

    /// <summary>How many messages are kept on this device for a time without a line.</summary>
    /// <param name="which">Of those for which this function of the page holds.</param>
    public Task<int> KeptAsync(string which = "() => true") => KeptAsync(Page, which);

    /// <summary>The same, asked in another of this browser's tabs: behind whatever that one has written.</summary>
    public static Task<int> KeptAsync(IPage tab, string which = "() => true") => tab.EvaluateAsync<int>($$"""
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

    /// <summary>Says something and waits until the server has it.</summary>
    public async Task SaidAsync(string text)
    {
        await SayAsync(text);
        await Settled(text).WaitForAsync();
    }

    /// <summary>The rows whose text is just this.</summary>
    public ILocator Row(string text) =>
        Rows.Filter(new LocatorFilterOptions { Has = Page.Locator(".message-text", new PageLocatorOptions { HasTextRegex = new Regex($@"^\s*{Regex.Escape(text)}\s*$") }) });

    /// <summary>The same, once it has its place in the log.</summary>
    public ILocator Settled(string text) => Row(text).And(Page.Locator("[data-seq]"));

    /// <summary>The texts on the page that have something in common, from top to bottom.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync(string with) =>
        await Page.EvalOnSelectorAllAsync<string[]>("#timeline .row .message-text", "(all, wanted) => all.map((el) => el.textContent).filter((text) => text.includes(wanted))", with);

    /// <summary>Scrolls until so many pixels of the timeline are to be seen above a row, and the page knows it: before that it may take it back, to follow the end.</summary>
    public Task ScrollToAsync(ILocator row, int above) => Deadline.UntilAsync(() => row.EvaluateAsync<bool>("""
        async (el, above) => {
          const timeline = document.querySelector("#timeline"), at = () => el.getBoundingClientRect().top - timeline.getBoundingClientRect().top;
          timeline.scrollTop += at() - above;
          const set = at();
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          return Math.abs(at() - set) <= 1;
        }
        """, above), Patience, () => "The row does not stay where it was scrolled to.");

    /// <summary>Scrolls away from the end, to a place that is an expression of the timeline's element <c>el</c>; the page knows it then: before that it may take it back, to follow the end.</summary>
    public Task LeaveEndAsync(string top) => Deadline.UntilAsync(() => Timeline.EvaluateAsync<bool>($$"""
        async (el) => {
          const to = Math.max(0, {{top}});
          el.scrollTop = to;
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          return Math.abs(el.scrollTop - to) <= 1;
        }
        """), Patience, () => "The page did not notice that its reader left the end.");

    /// <summary>Waits until something holds in the page.</summary>
    public Task HoldsAsync(string expression, object? argument = null) =>
        Page.WaitForFunctionAsync(expression, argument, new PageWaitForFunctionOptions { Timeout = (float)Patience.TotalMilliseconds });

    /// <summary>Nothing went wrong in the page that nobody asked for.</summary>
    public void AssertClean()
    {
        Assert.Empty(Errors);
        AssertHarmless();
    }

    /// <summary>Nothing got out of the page and nothing popped up.</summary>
    public void AssertHarmless()
    {
        Assert.Empty(Dialogs);
        Assert.Empty(Strays);
        Assert.Single(Context.Pages);
    }

    void Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !OfNoConcern().IsMatch(message.Text)) errors.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
        };
        page.PageError += (_, error) => errors.Enqueue(error);
        page.Dialog += (_, dialog) =>
        {
            dialogs.Enqueue($"{dialog.Type}: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
    }

    bool IsOurs(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Authority == server.Address.Authority || uri.Scheme is "data" or "blob" or "about");

    // What the test driver itself says when it keeps the worker away; and a browser of a line that was given up before it stood, as after a long sleep.
    [GeneratedRegex("Service Worker registration blocked by Playwright|WebSocket is closed before the connection is established")]
    private static partial Regex OfNoConcern();

    public async ValueTask DisposeAsync() => await Context.DisposeAsync();
}
