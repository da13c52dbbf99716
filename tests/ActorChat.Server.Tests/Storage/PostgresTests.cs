using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using ActorChat.Storage.Tests.Postgres;

namespace ActorChat.Server.Tests.Storage;

public sealed class PostgresTests
{
    [SkippableFact]
    public async Task A_server_on_PostgreSQL_recovers_from_a_kill_and_from_an_outage_of_the_database()
    {
        await using var postgres = await PostgresServer.OwnAsync();
        await using var server = await ServerProcess.StartAsync(
            ("Storage__Provider", "postgres"), ("Storage__ConnectionString", await postgres.CreateDatabaseAsync()),
            ("Ai__MockDelayMs", "1"), ("Limits__MessagesPerSecond", "0"));
        string token;
        await using (var ann = await ChatClient.JoinAsync(server, "Ann"))
        {
            Assert.Equal(1, await ann.SaidAsync("before the kill"));
            token = ann.Token;
        }

        await server.KillAsync();
        await server.StartAgainAsync();

        await using var again = await ChatClient.ReturnAsync(server, token);
        Assert.Equal(1, again.Head);
        var key = ChatClient.NewKey();
        await postgres.StopAsync();
        Assert.Equal("unavailable", (await again.SayAsync("during the outage", key)).TextOf("code"));
        await postgres.StartAgainAsync();
        await Deadline.UntilAsync(
            async () => (await again.SayAsync("during the outage", key)).Type == "ok",
            Deadline.Usual, () => "The server did not recover.");
        Assert.Equal(3, await again.SaidAsync("after"));
        server.AssertCalm();
    }
}
