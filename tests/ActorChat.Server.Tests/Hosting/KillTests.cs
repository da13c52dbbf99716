using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Hosting;

[Collection(KilledServers.Name)]
public sealed class KillTests
{
    const int Senders = 20, Rounds = 3;

    [Promise("P1")]
    [Fact]
    public async Task Every_acknowledged_message_survives_a_kill_under_load()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0"));
        var acknowledged = new Acknowledged();
        for (var round = 1; round <= Rounds; round++)
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => ChatClient.JoinAsync(server)));
            var before = acknowledged.Count;
            var sending = Task.WhenAll(clients.Select(acknowledged.SendUntilDisconnectedAsync));
            await Deadline.UntilAsync(() => acknowledged.Count > before + 500 * round, "The senders made no progress.");

            await server.KillAsync();
            await sending.WaitAsync(Deadline.Usual);
            foreach (var client in clients) await client.DisposeAsync();

            await server.StartAgainAsync();
            await acknowledged.AssertStoredAsync(server);
        }
        server.AssertCalm();
    }
}
