using System.Net;
using ActorChat.Server.Tests.Processes;
using ActorChat.Storage.Tests.Postgres;
using ActorChat.Selftest.Processes;
using ActorChat.Selftest.Runs;

namespace ActorChat.Server.Tests.Nodes;

/// <summary>The selftest with three servers on one PostgreSQL database and further faults.</summary>
[Collection(KilledServers.Name)]
public sealed class NodeFaultTests
{
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <param name="fault">A further fault, given the connection string. The run injects it repeatedly.</param>
    /// <param name="proxy">Creates the proxy that the clients connect to; null if they connect to the nodes.</param>
    static async Task AssertPassesAsync(
        int seconds, int seed, PostgresServer postgres, Func<string, CancellationToken, Task>? fault = null,
        Func<IReadOnlyList<ServerChild>, Nginx>? proxy = null, params (string Name, string Value)[] moreSettings)
    {
        var folder = Directory.CreateTempSubdirectory("actorchat-");
        var database = await postgres.CreateDatabaseAsync();
        var settings = SelftestServer.Settings(folder, database);
        foreach (var (name, value) in moreSettings) settings[name] = value;
        var nodes = Enumerable.Range(0, 3).Select(_ => SelftestServer.In(folder, settings)).ToArray();
        try
        {
            await using var nginx = proxy?.Invoke(nodes);
            if (nginx is not null) await nginx.StartAsync();
            IPEndPoint[] endPoints = nginx is null ? [.. nodes.Select(node => node.EndPoint)] : [nginx.EndPoint];
            Func<CancellationToken, Task>? inject = fault is null ? null : stop => fault(database, stop);
            var run = new SelftestRun(new SelftestOptions(seconds, Clients: 5, seed), nodes, endPoints, _ => { }, inject);
            var result = await run.RunAsync(CancellationToken.None).WaitAsync(Timeout);
            Assert.True(result.Passed, string.Join('\n', SelftestReport.Lines(result)));
        }
        finally
        {
            foreach (var node in nodes) await node.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task All_promises_hold_without_notifications_between_the_nodes() =>
        await AssertPassesAsync(4, 22, await PostgresServer.SharedAsync(), null, null, ("Storage__Bus", "none"));

    [Promise("P13")]
    [SkippableFact]
    public async Task All_promises_hold_behind_nginx_with_the_documented_configuration()
    {
        Requirement.Need(Nginx.IsInstalled, "This needs nginx.");
        var postgres = await PostgresServer.SharedAsync();
        await AssertPassesAsync(5, 24, postgres, proxy: nodes => new Nginx([.. nodes.Select(node => node.EndPoint)]));
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task No_message_is_lost_when_the_database_restarts_or_terminates_connections()
    {
        await using var postgres = await PostgresServer.OwnAsync();
        var restarted = false;
        await AssertPassesAsync(7, 23, postgres, async (database, stop) =>
        {
            if (!restarted)
            {
                restarted = true;
                await postgres.StopAsync();
                await Task.Delay(300, stop); // so that every node notices the outage
                await postgres.StartAgainAsync();
                return;
            }
            // Half of the connections of all servers, whatever they are for.
            await PostgresServer.RunAsync(database, """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.5
                """);
        });
    }
}
