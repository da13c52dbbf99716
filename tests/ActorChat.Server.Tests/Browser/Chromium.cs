using ActorChat.Server.Tests.Processes;
using Microsoft.Playwright;

namespace ActorChat.Server.Tests.Browser;

/// <summary>
/// The installed Chromium, shared by the tests of a collection; each person has a browser context, and so storage, of their own.
/// Nothing is downloaded. Debian's headless shell is preferred: it saves a third of the time.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    const string Shell = "/usr/bin/chromium-headless-shell", Usual = "/usr/bin/chromium";

    static readonly string Path = Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named ? named : File.Exists(Shell)
        ? Shell : Usual;

    static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    IPlaywright? playwright;
    IBrowser? browser;

    public IBrowser Browser
    {
        get
        {
            Requirement.Need(File.Exists(Path), $"There is no browser at {Path}; the environment variable CHROMIUM names another one.");
            return browser!;
        }
    }

    public async Task InitializeAsync()
    {
        if (!File.Exists(Path)) return;
        Assertions.SetDefaultExpectTimeout((float)Person.Patience.TotalMilliseconds);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions { ExecutablePath = Path, Headless = true, Args = Arguments, Timeout = 120_000 });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
