using ActorChat.Server.Tests.Clients;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Hosting;

[Collection(KilledServers.Name)]
public sealed class KillTests
{
    const int Senders = 20, Rounds = 3;

    [Promise("P1")]
    [Fact]
    public async Task Whatever_was_acknowledged_survives_a_kill_in_the_middle_of_twenty_senders()
    {
        await using var server = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0"));
        var acknowledged = new Acknowledged();
        for (var round = 1; round <= Rounds; round++)
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => ChatClient.JoinAsync(server)));
            var before = acknowledged.Count;
            var sending = Task.WhenAll(clients.Select(acknowledged.SendUntilCutAsync));
            await Deadline.UntilAsync(() => acknowledged.Count > before + 500 * round, "The senders came to nothing.");

            await server.KillAsync();
            await sending.WaitAsync(Deadline.Usual);
            foreach (var client in clients) await client.DisposeAsync();

            await server.StartAgainAsync();
            await acknowledged.AssertKeptAsync(server);
        }
        server.AssertCalm();
    }
}
