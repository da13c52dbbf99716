using ActorChat.Domain;
using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

/// <summary>Access ends at once, whoever ends it.</summary>
[Collection(SharedServerTests.Name)]
public sealed class SignOutTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    [Promise("P11")]
    [Fact]
    public async Task Who_signs_out_is_out_on_every_connection_and_the_token_is_good_for_nothing()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        await using var tab = await ChatClient.ReturnAsync(server, ann.Token);
        await using var ben = await ChatClient.JoinAsync(server);

        Assert.Equal("ok", (await ann.AskAsync(new { type = "sign_out" })).Type);
        Assert.Equal(4401, (await ann.ExpectCloseAsync()).Code);
        Assert.Equal(4401, (await tab.ExpectCloseAsync()).Code);

        var later = await ben.SaidAsync("said later");
        await ben.ExpectEventAsync(later);
        Assert.DoesNotContain(ann.Frames.Concat(tab.Frames), f => f.Seq == later);
        await using var back = await ChatClient.ConnectAsync(server);
        await back.SendAsync(new { type = "hello", id = 1, token = ann.Token });
        Assert.Equal("unauthorized", (await back.ExpectAsync(f => f.Type == "error")).TextOf("code"));
        // The name is free, and whoever takes it is the same person to the room.
        await using var anew = await ChatClient.JoinAsync(server, ann.Name);
        Assert.Equal(ann.UserId, anew.UserId);
        Assert.NotEqual(ann.Token, anew.Token);
    }

    [Promise("P11")]
    [Fact]
    public async Task An_operator_signs_somebody_out_while_the_server_runs()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        await using var ben = await ChatClient.JoinAsync(server);

        var (code, output) = await ServerCommand.RunAsync(server, "sign-out", ann.Name);
        // It waits two seconds for the store, which a server that stood still in its commit does not leave so soon.
        if (code == 1 && output.Contains("locked", StringComparison.Ordinal)) (code, output) = await ServerCommand.RunAsync(server, "sign-out", ann.Name);

        Assert.Equal((0, true), (code, output.Contains($"{ann.Name} is signed out: 1 sign-ins are ended", StringComparison.Ordinal)));
        Assert.Equal(4401, (await ann.ExpectCloseAsync()).Code);
        await ben.SaidAsync("ben is still here");
    }

    [Theory]
    [InlineData(1, "No user is called nobody-like-this.", "nobody-like-this")]
    [InlineData(2, "'' cannot be a user's name.", "")]
    [InlineData(2, "'two' is not an argument of sign-out.", "one", "two")]
    public async Task What_cannot_be_signed_out_is_said_in_one_line(int exit, string says, params string[] words)
    {
        var (code, output) = await ServerCommand.RunAsync(server, ["sign-out", .. words]);
        Assert.Equal(exit, code);
        Assert.StartsWith(says, output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }
}
