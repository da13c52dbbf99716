using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;
using ActorChat.Storage.Tests.Postgres;

namespace ActorChat.Server.Tests.Storage;

public sealed class PostgresTests
{
    [SkippableFact]
    public async Task A_server_on_PostgreSQL_keeps_its_promises_through_a_kill_and_without_its_database()
    {
        await using var postgres = await PostgresServer.OwnAsync();
        await using var server = await ServerProcess.StartAsync(
            ("Storage__Provider", "postgres"), ("Storage__ConnectionString", await postgres.CreateDatabaseAsync()), ("Ai__MockDelayMs", "1"), ("Limits__MessagesPerSecond", "0"));
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
        Assert.Equal("unavailable", (await again.SayAsync("while the database is away", key)).TextOf("code"));
        await postgres.StartAgainAsync();
        await Deadline.UntilAsync(async () => (await again.SayAsync("while the database is away", key)).Type == "ok", Deadline.Usual, () => "It did not come back.");
        Assert.Equal(3, await again.SaidAsync("after"));
        server.AssertCalm();
    }
}
