using static Microsoft.Playwright.Assertions;

namespace ActorChat.Server.Tests.Browser;

/// <summary>The page of the predecessor, reduced to its use of the socket: a local file that connects without a subprotocol.</summary>
[Collection(SharedRoom.Beside)]
public sealed class ClassicPageTests(Chromium chromium, SharedRoom room)
{
    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)] // about:blank
    public async Task The_classic_page_and_the_new_page_exchange_messages_in_the_same_room(bool fromFile)
    {
        await using var ann = await Person.JoinAsync(chromium, room);
        await ann.SaidAsync($"already said {ann.Name}");
        await using var context = await chromium.Browser.NewContextAsync();
        context.SetDefaultTimeout((float)Person.Patience.TotalMilliseconds);
        var classic = await context.NewPageAsync();
        var name = Person.NewName("Cleo");
        var file = Path.GetTempFileName() + ".html";
        try
        {
            var html = Html($"ws://127.0.0.1:{room.Server.Port}/ws?username={Uri.EscapeDataString(name)}");
            if (fromFile)
            {
                await File.WriteAllTextAsync(file, html);
                await classic.GotoAsync(new Uri(file).AbsoluteUri);
            }
            else await classic.SetContentAsync(html);
            Assert.Equal("null", await classic.EvaluateAsync<string>("origin"));

            await Expect(classic.Locator("h1")).ToHaveTextAsync($"connected {name}");
            await Expect(classic.Locator("li", new() { HasText = $"{ann.Name}: already said {ann.Name}" })).ToHaveCountAsync(1);

            await classic.EvaluateAsync("say", $"from before {name}");
            await Expect(ann.Stored($"from before {name}").Locator(".who")).ToHaveTextAsync(name);
            await ann.SaidAsync($"from now {ann.Name}");
            await Expect(classic.Locator("li", new() { HasText = $"{ann.Name}: from now {ann.Name}" })).ToHaveCountAsync(1);

            await classic.EvaluateAsync("say", "/AIBot What is Python?");
            await Expect(classic.Locator("li", new() { HasText = "AIBot: **Python**" })).Not.ToHaveCountAsync(0);
            await Expect(ann.Rows.Filter(new() { HasText = "Python is a good first language" }).Last)
                .ToHaveAttributeAsync("data-state", "done");

            // An answer to the new page arrives once and complete, although the new page streams it.
            var question = $"/AIBot {ann.Name}";
            await ann.SayAsync(question);
            await Expect(ann.Page.Locator(".row.bot").Filter(new() { HasText = $"You asked: “{ann.Name}”" }))
                .ToHaveAttributeAsync("data-state", "done");
            await Expect(classic.Locator("li", new() { HasText = $"{ann.Name}: {question}" })).ToHaveCountAsync(1);
            var answer = classic.Locator("li", new() { HasText = $"AIBot: You asked: “{ann.Name}”" });
            await Expect(answer).ToHaveCountAsync(1);
            await Expect(answer).ToContainTextAsync("ask me about one of those.");

            // After a reload the history has all messages in the order of the log.
            await classic.ReloadAsync();
            if (!fromFile) await classic.SetContentAsync(html);
            await Expect(classic.Locator("h1")).ToHaveTextAsync($"connected {name}");
            string[] lines = [$"{ann.Name}: already said {ann.Name}", $"{name}: from before {name}", $"{ann.Name}: from now {ann.Name}",
                $"{name}: /AIBot What is Python?", $"{ann.Name}: {question}", $"AIBot: You asked: “{ann.Name}”"];
            await Expect(answer).ToHaveCountAsync(1);
            var history = await classic.Locator("li").AllTextContentsAsync();
            Assert.Equal(lines, history.Where(line => lines.Any(l => line.StartsWith(l, StringComparison.Ordinal)))
                .Select(line => lines.First(l => line.StartsWith(l, StringComparison.Ordinal))));
            ann.AssertClean();
        }
        finally
        {
            File.Delete(file);
            File.Delete(Path.ChangeExtension(file, null));
        }
    }

    static string Html(string address) => $$"""
        <!doctype html>
        <title>classic</title>
        <h1>…</h1>
        <ul></ul>
        <script>
          const line = (sender, text) => {
            const li = document.createElement("li");
            li.textContent = `${sender}: ${text}`;
            document.querySelector("ul").append(li);
          };
          const socket = new WebSocket("{{address}}");
          socket.onclose = (event) => { document.querySelector("h1").textContent = `closed ${event.code} ${event.reason}`; };
          socket.onmessage = (event) => {
            const frame = JSON.parse(event.data);
            if (frame.type === "connected") document.querySelector("h1").textContent = `connected ${frame.username}`;
            else if (frame.type === "history") frame.messages.forEach((m) => line(m.sender, m.text));
            else if (frame.sender) line(frame.sender, frame.text);
          };
          globalThis.say = (text) => { line("me", text); socket.send(JSON.stringify({ text })); };
        </script>
        """;
}
