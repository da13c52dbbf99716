using System.Diagnostics;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Classic;

/// <summary>How a classic client gives its name, and which names are refused.</summary>
[Collection(SharedServerTests.Name)]
public sealed class ClassicNameTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public Task A_blank_name_in_the_address_is_upgraded_and_closed_with_1008(string username) => Deadline.OneOfThreeAsync(async () =>
    {
        await using var client = await ClassicClient.ConnectAsync(server, username);
        var since = Stopwatch.StartNew();
        Assert.Equal(new Closed(1008, "Username required"), await client.ExpectCloseAsync());
        Assert.Empty(client.Frames);
        return since.Elapsed < TimeSpan.FromSeconds(4);
    }, "The server waited for another name each time.");

    [Theory]
    [InlineData("AIBot")]
    [InlineData("admin")]
    [InlineData("\u200b")]
    [InlineData("ann\nbob")]
    [InlineData("123456789012345678901234567890123")]
    public async Task A_forbidden_name_is_closed_with_1008_and_a_reason(string username)
    {
        await using var client = await ClassicClient.ConnectAsync(server, username);
        var closed = await client.ExpectCloseAsync();
        Assert.Equal(1008, closed.Code);
        Assert.NotEmpty(closed.Reason);
    }

    [Fact]
    public async Task A_name_with_a_sign_in_is_closed_with_1008_and_a_reason()
    {
        await using var holder = await ChatClient.JoinAsync(server);
        await using var client = await ClassicClient.ConnectAsync(server, holder.Name.ToUpperInvariant());
        var closed = await client.ExpectCloseAsync();
        Assert.Equal(1008, closed.Code);
        Assert.NotEmpty(closed.Reason);
        Assert.NotEqual("Username required", closed.Reason);
    }

    [Fact]
    public async Task A_script_may_send_its_name_in_the_first_frame()
    {
        var name = ChatClient.NewName();
        await using var client = await ClassicClient.ConnectAsync(server, null);
        await client.SendTextAsync($$"""{"username":"{{name}}"}""");

        var connected = await client.ExpectAsync(f => f.TextOf("type") == "connected");

        Assert.Equal(name, connected.TextOf("username"));
        await client.ExpectAsync(f => f.TextOf("type") == "history");
        await using var bob = await ClassicClient.JoinAsync(server);
        await client.SayAsync("from a script");
        Assert.Equal(name, (await bob.ExpectLineAsync("from a script")).TextOf("sender"));
    }

    [Theory]
    [InlineData("{\"text\":\"hello\"}")]
    [InlineData("{\"username\":\" \"}")]
    [InlineData("hello")]
    public async Task A_first_frame_without_a_name_is_closed_with_1008(string first)
    {
        await using var client = await ClassicClient.ConnectAsync(server, null);
        await client.SendTextAsync(first);
        Assert.Equal(1008, (await client.ExpectCloseAsync()).Code);
    }

    [Fact]
    public async Task Without_a_name_in_the_address_the_server_waits_five_seconds_for_the_first_frame()
    {
        var waited = Stopwatch.StartNew();
        await using var client = await ClassicClient.ConnectAsync(server, null);
        Assert.Equal(new Closed(1008, "Username required"), await client.ExpectCloseAsync());
        Assert.True(waited.Elapsed >= TimeSpan.FromSeconds(4), $"It took only {waited.Elapsed}.");
    }
}
