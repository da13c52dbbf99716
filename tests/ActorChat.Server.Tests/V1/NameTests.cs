using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

[Collection(SharedServerTests.Name)]
public sealed class NameTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    [Promise("P12")]
    [Theory]
    [InlineData("Oscar Possum")]
    [InlineData("OSCAR POSSUM")]
    [InlineData("  oscar possum ")]
    [InlineData("oscar  possum")]
    [InlineData("Ｏｓｃａｒ Ｐｏｓｓｕｍ")]
    [InlineData("Оsсаr Роssum")] // Cyrillic О, с, а, Р, о
    [InlineData("οscar possum")] // Greek omicron
    public async Task Nobody_can_claim_a_name_that_looks_like_a_held_one(string variant)
    {
        await using var holder = await ChatClient.ConnectAsync(server);
        await holder.SendAsync(new { type = "hello", id = 1, name = "Oscar Possum" }); // the first case claims it
        await holder.ExpectAsync(f => f.Type == "welcome" || f.Code == "name_taken");

        await using var client = await ChatClient.ConnectAsync(server);
        var refused = await client.AskAsync(new { type = "hello", name = variant });

        Assert.Equal("name_taken", refused.Code);
        Assert.False(refused["retry"].GetBoolean());
    }

    [Promise("P12")]
    [Theory]
    [InlineData("AIBot")]
    [InlineData("aibot")]
    [InlineData("ＡＩＢｏｔ")]
    [InlineData("АIВоt")] // Cyrillic
    [InlineData("A1Bot")]
    [InlineData("admin")]
    [InlineData("Administrator")]
    [InlineData("SYSTEM")]
    [InlineData("ѕystem")] // Cyrillic ѕ
    public async Task Nobody_can_claim_a_reserved_name(string name)
    {
        await using var client = await ChatClient.ConnectAsync(server);
        Assert.Equal("name_taken", (await client.AskAsync(new { type = "hello", name })).Code);
    }

    [Promise("P12")]
    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u200b\u200b")]
    [InlineData("ann\u200b")]
    [InlineData("ann\u202egnp")]
    [InlineData("ann\nbob")]
    [InlineData("ann\0")]
    [InlineData("\u3164")]
    [InlineData("...")]
    [InlineData("a\u0301\u0301\u0301\u0301\u0301\u0301")]
    [InlineData("123456789012345678901234567890123")]
    public async Task An_invalid_name_is_refused(string name)
    {
        await using var client = await ChatClient.ConnectAsync(server);
        var refused = await client.AskAsync(new { type = "hello", name });
        Assert.Equal("name_invalid", refused.Code);
        Assert.Equal("name", refused.TextOf("field"));
    }

    [Fact]
    public async Task A_name_of_a_kilobyte_is_invalid() => await An_invalid_name_is_refused(new string('n', 1024));

    [Fact]
    public async Task A_client_may_try_another_name_on_the_same_connection()
    {
        await using var holder = await ChatClient.JoinAsync(server);
        await using var client = await ChatClient.ConnectAsync(server);
        Assert.Equal("name_taken", (await client.AskAsync(new { type = "hello", name = holder.Name })).Code);
        Assert.Equal("name_invalid", (await client.AskAsync(new { type = "hello", name = "" })).Code);

        await client.SendAsync(new { type = "hello", id = 3, name = ChatClient.NewName() });

        await client.ExpectAsync(f => f.Type == "live");
    }

    [Promise("P12")]
    [Fact]
    public async Task Exactly_one_of_fifty_simultaneous_claims_of_a_name_succeeds()
    {
        var name = ChatClient.NewName();
        var fullWidth = string.Concat(name.Select(c => (char)(c + 0xFEE0)));
        string[] variants = [name, name.ToUpperInvariant(), $" {name} ", fullWidth];
        // Each client greets as soon as it is connected. Waiting for the others could take longer than the time limit for hello.
        var clients = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            var client = await ChatClient.ConnectAsync(server);
            await client.SendAsync(new { type = "hello", id = 1, name = variants[i % variants.Length] });
            return client;
        }));
        try
        {
            var answers = await Task.WhenAll(clients.Select(c => c.ExpectAsync(_ => true)));

            Assert.Single(answers, a => a.Type == "welcome");
            Assert.Equal(49, answers.Count(a => a.Code == "name_taken"));
        }
        finally
        {
            foreach (var client in clients) await client.DisposeAsync();
        }
    }
}
