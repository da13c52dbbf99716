using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.V1;

/// <summary>Sign-out by the user and by an operator ends access at once.</summary>
[Collection(SharedServerTests.Name)]
public sealed class SignOutTests(SharedServer shared)
{
    readonly ServerProcess server = shared.Server;

    [Promise("P11")]
    [Fact]
    public async Task Sign_out_closes_every_connection_with_the_token_and_revokes_it()
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
        // The name is free now. A new claim gets the same user with another token.
        await using var anew = await ChatClient.JoinAsync(server, ann.Name);
        Assert.Equal(ann.UserId, anew.UserId);
        Assert.NotEqual(ann.Token, anew.Token);
    }

    [Promise("P11")]
    [Fact]
    public async Task An_operator_signs_a_user_out_while_the_server_runs()
    {
        await using var ann = await ChatClient.JoinAsync(server);
        await using var ben = await ChatClient.JoinAsync(server);

        var (code, output) = await ServerCommand.RunAsync(server, "sign-out", ann.Name);
        // The command waits two seconds for the database. A server on a slow machine may hold its lock for longer.
        if (code == 1 && output.Contains("locked", StringComparison.Ordinal))
            (code, output) = await ServerCommand.RunAsync(server, "sign-out", ann.Name);

        Assert.Equal((0, true), (code, output.Contains($"{ann.Name} is signed out: 1 sign-ins are ended", StringComparison.Ordinal)));
        Assert.Equal(4401, (await ann.ExpectCloseAsync()).Code);
        await ben.SaidAsync("ben is still here");
    }

    [Theory]
    [InlineData(1, "No user is called nobody-like-this.", "nobody-like-this")]
    [InlineData(2, "'' cannot be a user's name.", "")]
    [InlineData(2, "'two' is not an argument of sign-out.", "one", "two")]
    public async Task A_failed_sign_out_reports_the_reason_in_one_line(int exit, string says, params string[] words)
    {
        var (code, output) = await ServerCommand.RunAsync(server, ["sign-out", .. words]);
        Assert.Equal(exit, code);
        Assert.StartsWith(says, output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }
}
