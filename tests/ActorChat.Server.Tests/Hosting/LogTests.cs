using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Hosting;

public sealed class LogTests
{
    [Promise("P12")]
    [Theory]
    [InlineData("Information")]
    [InlineData("Debug")]
    public async Task The_log_contains_no_message_texts_and_no_tokens(string level)
    {
        await using var server = await ServerProcess.StartAsync(
            ("Logging__LogLevel__Default", level), ("Logging__LogLevel__Microsoft.AspNetCore", level), ("Ai__MockDelayMs", "0"));
        var marker = $"marker{Guid.NewGuid():N}";
        await using var ann = await ChatClient.JoinAsync(server, "ann");
        await ann.SaidAsync($"{marker} said");
        await ann.SaidAsync($"/AIBot {marker} asked");
        await ann.ExpectAsync(f => f.Type == "answered");
        await ann.AskAsync(new { type = "send", conversation = "default", key = "short", text = $"{marker} refused" });
        await ann.SendTextAsync($"{marker} is no JSON");
        await ann.ExpectAsync(f => f.Code == "bad_json");
        await using (var back = await ChatClient.ReturnAsync(server, ann.Token)) await back.SaidAsync($"{marker} again");
        await using (var wrong = await ChatClient.ConnectAsync(server))
        {
            await wrong.SendAsync(new { type = "hello", id = 1, token = $"{marker}-token" });
            await wrong.ExpectCloseAsync();
        }
        await using (var classic = await ClassicClient.JoinAsync(server, "alice")) await classic.SayAsync($"{marker} of old");
        await server.StopAsync();

        Assert.NotEmpty(server.Log);
        Assert.DoesNotContain(marker, server.Log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(ann.Token, server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_stored_only_as_a_hash()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var ann = await ChatClient.JoinAsync(server);
        await server.StopAsync();
        foreach (var file in Directory.GetFiles(server.Folder))
            Assert.False((await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(ann.Token)) >= 0, file);
    }
}
