using ActorChat.Domain;
using ActorChat.Server.Tests.Clients;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>
/// Screenshots for review, in TestResults/screenshots. Two of them are used in the README; recreate these with
/// <c>ACTORCHAT_SCREENSHOTS=docs/images dotnet test --filter Pictures_of_a_room</c>.
/// </summary>
[Collection(SharedRoom.Beside)]
public sealed class ScreenshotTests(Chromium chromium, OwnRoom room) : IClassFixture<OwnRoom>
{
    const int MostBytes = 250_000;

    static readonly string Root = RootFolder(AppContext.BaseDirectory);
    static readonly string ReviewFolder = Path.Combine(Root, "TestResults", "screenshots");

    [SkippableFact]
    public async Task Pictures_of_a_room_and_its_join_form()
    {
        var folder = Environment.GetEnvironmentVariable("ACTORCHAT_SCREENSHOTS") is { Length: > 0 } wanted ? Path.Combine(Root, wanted)
            : ReviewFolder;
        await using var mara = await Person.OpenPageAsync(chromium, room, new Setup(Still: true));
        await TakeAsync(mara, ReviewFolder, "join");
        await mara.EnterNameAsync(SampleConversation.Viewer);
        await TakeAsync(mara, ReviewFolder, "empty");
        await SampleConversation.PlayAsync(room, mara);
        await mara.Page.Mouse.MoveAsync(0, 0);
        await TakeAsync(mara, ReviewFolder, "narrow", 360, 740);
        foreach (var file in await TakeAsync(mara, folder, "room"))
            Assert.InRange(new FileInfo(file).Length, 20_000, MostBytes);
        mara.AssertClean();
    }

    [SkippableFact]
    public async Task Pictures_of_rare_states()
    {
        var own = new OwnRoom();
        try
        {
            var line = new SocketProxy();
            await using var mara = await Person.JoinAsync(
                chromium, own, SampleConversation.Viewer, new Setup(Still: true, Before: line.AttachAsync));
            await using var ben = await ChatClient.JoinAsync(own.Server, "Ben Okafor");
            await ben.SaidAsync("A table, a list, a quote:\n\n| what | when |\n|---|---|\n| build | 14:00 |\n| ship | 15:00 |\n\n1. build\n2. test\n   - twice\n\n> measure first\n\n`one` **two** *three* ~~four~~ https://example.org/a?b=c");
            await ben.SaidAsync("**Two** lines\nin one paragraph");
            await ben.SaidAsync("日本語 العربية 👩‍🚀 ünïcödé " + new string('W', 120));
            await ben.SendAsync(new { type = "typing", conversation = "default" });
            await mara.SayAsync("/AIBot " + string.Join(' ', Enumerable.Range(1, 120)));
            await Expect(mara.Page.Locator(".row.bot .message-text")).ToContainTextAsync(" 20 21 ");
            await TakeAsync(mara, ReviewFolder, "answering");
            await TakeAsync(mara, ReviewFolder, "answering-narrow", 360, 740);
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
            await TakeAsync(mara, ReviewFolder, "answered");
            await TakeAsync(mara, ReviewFolder, "answered-narrow", 360, 740);
            await mara.Page.SetViewportSizeAsync(1280, 800);

            await ComposerTests.PasteAsync(mara, "def twice(n):\n    return 2 * n");
            await Expect(mara.Page.Locator(".offer")).ToBeVisibleAsync();
            await TakeAsync(mara, ReviewFolder, "pasted");
            await TakeAsync(mara, ReviewFolder, "pasted-narrow", 360, 740);
            await mara.Composer.FillAsync("");

            await mara.Page.Keyboard.PressAsync("Control+k");
            await Expect(mara.Page.Locator("#palette")).ToBeVisibleAsync();
            await TakeAsync(mara, ReviewFolder, "palette");
            await mara.Page.Keyboard.PressAsync("Escape");
            line.Answer = frame => (string?)frame["type"] == "send"
                ? new { type = "error", re = (int)frame["id"]!, code = "forbidden", message = "Not today.", retry = false }
                : null;
            await mara.SayAsync("This one is refused.");
            await Expect(mara.Row("This one is refused.")).ToHaveAttributeAsync("data-state", "failed");
            line.Disconnect();
            await mara.SayAsync("This one waits for the line.");
            await Expect(mara.Banner).ToContainTextAsync("1 message is waiting");
            await TakeAsync(mara, ReviewFolder, "offline");
            await TakeAsync(mara, ReviewFolder, "offline-narrow", 360, 740);
            mara.AssertHarmless();
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    /// <summary>Takes a picture in each theme.</summary>
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
        File.Exists(Path.Combine(from, "ActorChat.sln")) ? from
            : RootFolder(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(from))!);
}
