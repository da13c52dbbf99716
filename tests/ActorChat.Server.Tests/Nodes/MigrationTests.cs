using ActorChat.Selftest.Histories;
using ActorChat.Selftest.Runs;
using ActorChat.Server.Tests.Processes;
using ActorChat.Storage.Tests.Postgres;

namespace ActorChat.Server.Tests.Nodes;

/// <summary>A server on a file, moved into PostgreSQL while its clients wait for it.</summary>
[Collection(KilledServers.Name)]
public sealed class MigrationTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Promise("P4")]
    [SkippableFact]
    public async Task Clients_of_a_server_that_is_moved_to_PostgreSQL_resume_as_if_it_had_only_been_started_again()
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
            moved = await ServerCommand.RunAsync(folder.FullName, new Dictionary<string, string>(), "migrate", "--from", settings["Storage__ConnectionString"], "--to", database);
            foreach (var (name, value) in SelftestRun.Settings(folder.FullName, database)) settings[name] = value;
            await server.StartAsync(stop);
        }

        try
        {
            // With this seed the move comes first, and a stop of the moved server behind it; until there was a kill, too, the time is not over.
            var options = new SelftestOptions(Seconds: 8, Clients: 5, Seed: 102, Messages: 3000, Kills: 1);
            var result = await new SelftestRun(options, [server], [server.EndPoint], _ => { }, MoveAsync).RunAsync(CancellationToken.None).WaitAsync(Patience);
            var report = $"{moved}\n{string.Join('\n', SelftestReport.Lines(result))}";
            Assert.True(result.Passed, report);
            Assert.True(moved is { ExitCode: 0, Output: var said } && said.Contains("entries moved and compared", StringComparison.Ordinal), report);
            // Who had been there began anew only where it came with nothing, or from too far back.
            Assert.DoesNotContain(result.History!.Clients.SelectMany(client => client.Entries).OfType<WasReset>(), reset => reset.Why is not ("new" or "too_far"));
        }
        finally
        {
            await server.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }
}
