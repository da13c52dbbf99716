using ActorChat.Selftest.Histories;
using ActorChat.Selftest.Runs;
using ActorChat.Server.Tests.Processes;
using ActorChat.Storage.Tests.Postgres;

namespace ActorChat.Server.Tests.Nodes;

/// <summary>Moves the database of a server from a file to PostgreSQL while its clients wait.</summary>
[Collection(KilledServers.Name)]
public sealed class MigrationTests
{
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    [Promise("P4")]
    [SkippableFact]
    public async Task After_a_move_to_PostgreSQL_clients_resume_as_after_a_restart()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var folder = Directory.CreateTempSubdirectory("actorchat-");
        var settings = SelftestServer.Settings(folder);
        var server = SelftestServer.In(folder, settings);
        ServerCommand? moved = null;

        async Task MoveAsync(CancellationToken stop)
        {
            if (moved is not null) return;
            await server.StopAsync();
            moved = await ServerCommand.RunAsync(
                folder.FullName, new Dictionary<string, string>(),
                "migrate", "--from", settings["Storage__ConnectionString"], "--to", database);
            foreach (var (name, value) in SelftestRun.Settings(folder.FullName, database)) settings[name] = value;
            await server.StartAsync(stop);
        }

        try
        {
            // With this seed the move is the first fault and a stop of the moved server the second. The run ends after at least one kill.
            var options = new SelftestOptions(Seconds: 8, Clients: 5, Seed: 102, Messages: 3000, Kills: 1);
            var run = new SelftestRun(options, [server], [server.EndPoint], _ => { }, MoveAsync);
            var result = await run.RunAsync(CancellationToken.None).WaitAsync(Timeout);
            var report = $"{moved}\n{string.Join('\n', SelftestReport.Lines(result))}";
            Assert.True(result.Passed, report);
            Assert.True(moved is { ExitCode: 0 }, report);
            Assert.True(moved.Output.Contains("entries moved and compared", StringComparison.Ordinal), report);
            // The epoch is the same, so a client gets a reset only without a cursor or after too many missed events.
            var resets = result.History!.Clients.SelectMany(client => client.Entries).OfType<ResetReceived>();
            Assert.DoesNotContain(resets, reset => reset.Why is not ("new" or "too_far"));
        }
        finally
        {
            await server.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }
}
