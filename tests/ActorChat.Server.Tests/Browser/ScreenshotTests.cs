using ActorChat.Domain;
using ActorChat.Server.Tests.Clients;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>
/// Pictures of the page for looking at, in TestResults/screenshots. Those in the README are two of them, made again with
/// <c>ACTORCHAT_SCREENSHOTS=docs/images dotnet test --filter Pictures_of_a_room</c>.
/// </summary>
[Collection(SharedRoom.Beside)]
public sealed class ScreenshotTests(Chromium chromium, OwnRoom room) : IClassFixture<OwnRoom>
{
    const int MostBytes = 250_000;

    static readonly string Root = RootFolder(AppContext.BaseDirectory);
    static readonly string ForLookingAt = Path.Combine(Root, "TestResults", "screenshots");

    [SkippableFact]
    public async Task Pictures_of_a_room_and_its_door()
    {
        var folder = Environment.GetEnvironmentVariable("ACTORCHAT_SCREENSHOTS") is { Length: > 0 } wanted ? Path.Combine(Root, wanted) : ForLookingAt;
        await using var mara = await Person.ArriveAsync(chromium, room, new Setup(Still: true));
        await TakeAsync(mara, ForLookingAt, "join");
        await mara.EnterAsync(Scene.Viewer);
        await TakeAsync(mara, ForLookingAt, "empty");
        await Scene.PlayAsync(room, mara);
        await mara.Page.Mouse.MoveAsync(0, 0);
        await TakeAsync(mara, ForLookingAt, "narrow", 360, 740);
        foreach (var file in await TakeAsync(mara, folder, "room"))
            Assert.InRange(new FileInfo(file).Length, 20_000, MostBytes);
        mara.AssertClean();
    }

    [SkippableFact]
    public async Task Pictures_of_what_is_not_always_there()
    {
        var own = new OwnRoom();
        try
        {
            var line = new Line();
            await using var mara = await Person.JoinAsync(chromium, own, Scene.Viewer, new Setup(Still: true, Before: line.TapAsync));
            await using var ben = await ChatClient.JoinAsync(own.Server, "Ben Okafor");
            await ben.SaidAsync("A table, a list, a quote:\n\n| what | when |\n|---|---|\n| build | 14:00 |\n| ship | 15:00 |\n\n1. build\n2. test\n   - twice\n\n> measure first\n\n`one` **two** *three* ~~four~~ https://example.org/a?b=c");
            await ben.SaidAsync("**Two** lines\nin one paragraph");
            await ben.SaidAsync("日本語 العربية 👩‍🚀 ünïcödé " + new string('W', 120));
            await ben.SendAsync(new { type = "typing", conversation = "default" });
            await mara.SayAsync("/AIBot " + string.Join(' ', Enumerable.Range(1, 120)));
            await Expect(mara.Page.Locator(".row.bot .message-text")).ToContainTextAsync(" 20 21 ");
            await TakeAsync(mara, ForLookingAt, "answering");
            await TakeAsync(mara, ForLookingAt, "answering-narrow", 360, 740);
            await Expect(mara.Rows.Last).ToHaveAttributeAsync("data-state", "done");
            await mara.Page.GetByRole(AriaRole.Button, new() { Name = "Context" }).ClickAsync();
            foreach (var (state, error) in new[] { ("failed", "The model could not be reached or broke off."), ("interrupted", null) })
            {
                line.Change = frame =>
                {
                    if ((string?)frame["type"] == "answered") (frame["state"], frame["error"]) = (state, error);
                };
                await mara.SayAsync("/AIBot " + (error is null ? "python" : "why is the sky blue?"));
                await Expect(mara.Rows.Last).ToHaveAttributeAsync("data-state", state);
            }
            line.Change = null;
            await TakeAsync(mara, ForLookingAt, "answered");
            await TakeAsync(mara, ForLookingAt, "answered-narrow", 360, 740);
            await mara.Page.SetViewportSizeAsync(1280, 800);

            await ComposerTests.PasteAsync(mara, "def twice(n):\n    return 2 * n");
            await Expect(mara.Page.Locator(".offer")).ToBeVisibleAsync();
            await TakeAsync(mara, ForLookingAt, "pasted");
            await TakeAsync(mara, ForLookingAt, "pasted-narrow", 360, 740);
            await mara.Composer.FillAsync("");

            await mara.Page.Keyboard.PressAsync("Control+k");
            await Expect(mara.Page.Locator("#palette")).ToBeVisibleAsync();
            await TakeAsync(mara, ForLookingAt, "palette");
            await mara.Page.Keyboard.PressAsync("Escape");
            line.Answer = frame => (string?)frame["type"] == "send"
                ? new { type = "error", re = (int)frame["id"]!, code = "forbidden", message = "Not today.", retry = false }
                : null;
            await mara.SayAsync("This one is refused.");
            await Expect(mara.Row("This one is refused.")).ToHaveAttributeAsync("data-state", "failed");
            line.Cut();
            await mara.SayAsync("This one waits for the line.");
            await Expect(mara.Banner).ToContainTextAsync("1 message is waiting");
            await TakeAsync(mara, ForLookingAt, "offline");
            await TakeAsync(mara, ForLookingAt, "offline-narrow", 360, 740);
            mara.AssertHarmless();
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    /// <summary>Light and dark.</summary>
    static async Task<string[]> TakeAsync(Person person, string folder, string name, int width = 1280, int height = 800)
    {
        Directory.CreateDirectory(folder);
        await person.Page.SetViewportSizeAsync(width, height);
        var files = new List<string>();
        foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await person.Page.EmulateMediaAsync(new() { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
            var file = Path.Combine(folder, $"{name}-{(theme == ColorScheme.Light ? "light" : "dark")}.png");
            await person.Page.ScreenshotAsync(new() { Path = file });
            files.Add(file);
        }
        return [.. files];
    }

    static string RootFolder(string from) =>
        File.Exists(Path.Combine(from, "ActorChat.sln")) ? from : RootFolder(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(from))!);
}
