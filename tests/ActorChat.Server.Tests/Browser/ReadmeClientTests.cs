using System.Text.RegularExpressions;
using ActorChat.Server.Tests.Docs;
using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

[Collection(SharedRoom.Beside)]
public sealed class ReadmeClientTests(Chromium chromium, SharedRoom room)
{
    [SkippableFact]
    public async Task The_client_in_the_readme_works()
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await using var context = await chromium.Browser.NewContextAsync();
        var console = await context.NewPageAsync();
        var lines = new List<string>();
        console.Console += (_, message) =>
        {
            lock (lines) lines.Add(message.Text);
        };
        await console.GotoAsync(room.Server.Address.ToString());
        var name = Person.NewName("Robin");
        var script = Regex.Match(ReadmeTests.Readme, "```js\n(.*?)```", RegexOptions.Singleline).Groups[1].Value
            .Replace("ws://localhost:8765/", $"ws://127.0.0.1:{room.Server.Port}/", StringComparison.Ordinal)
            .Replace("\"Robin\"", $"\"{name}\"", StringComparison.Ordinal);
        await console.EvaluateAsync($"() => {{ {script} }}");
        await Expect(ann.Stored("Hello from ten lines").Locator(".who").Last).ToHaveTextAsync(name);
        await Processes.Deadline.UntilAsync(
            () =>
            {
                lock (lines) return Task.FromResult(lines.Exists(l => l.StartsWith("stored as number", StringComparison.Ordinal))
                    && lines.Exists(l => l.EndsWith($"{name}: Hello from ten lines", StringComparison.Ordinal)));
            },
            Person.Patience,
            () => string.Join('\n', lines));
    }
}
