using System.Net;
using ActorChat.Server.Tests.Processes;
using ActorChat.Storage.Tests.Postgres;
using ActorChat.Selftest.Processes;
using ActorChat.Selftest.Runs;

namespace ActorChat.Server.Tests.Nodes;

/// <summary>Three servers on one PostgreSQL, their clients on all of them, and everything that can happen to either; afterwards the checker has the word.</summary>
[Collection(KilledServers.Name)]
public sealed class NodeFaultTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    static async Task AssertKeptAsync(
        int seconds, int seed, PostgresServer postgres, Func<string, CancellationToken, Task>? trouble = null, Func<IReadOnlyList<ServerChild>, Nginx>? before = null,
        params (string Name, string Value)[] further)
    {
        var folder = Directory.CreateTempSubdirectory("actorchat-");
        var database = await postgres.CreateDatabaseAsync();
        var settings = SelftestServer.Settings(folder, database);
        foreach (var (name, value) in further) settings[name] = value;
        var nodes = Enumerable.Range(0, 3).Select(_ => SelftestServer.In(folder, settings)).ToArray();
        try
        {
            await using var nginx = before?.Invoke(nodes);
            if (nginx is not null) await nginx.StartAsync();
            IPEndPoint[] doors = nginx is null ? [.. nodes.Select(node => node.EndPoint)] : [nginx.EndPoint];
            Func<CancellationToken, Task>? also = trouble is null ? null : stop => trouble(database, stop);
            var result = await new SelftestRun(new SelftestOptions(seconds, Clients: 5, seed), nodes, doors, _ => { }, also).RunAsync(CancellationToken.None).WaitAsync(Patience);
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
    public async Task With_a_doorbell_that_never_rings_every_promise_holds_only_later() =>
        await AssertKeptAsync(4, 22, await PostgresServer.SharedAsync(), null, null, ("Storage__Bus", "none"));

    [Promise("P13")]
    [SkippableFact]
    public async Task Behind_nginx_with_the_configuration_of_the_documentation_three_nodes_are_one_server()
    {
        Requirement.Need(Nginx.IsThere, "This needs nginx.");
        await AssertKeptAsync(5, 24, await PostgresServer.SharedAsync(), null, nodes => new Nginx([.. nodes.Select(node => node.EndPoint)]));
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task Connections_that_are_ended_and_a_database_that_is_started_again_cost_nobody_a_message()
    {
        await using var postgres = await PostgresServer.OwnAsync();
        var restarted = false;
        await AssertKeptAsync(7, 23, postgres, async (database, stop) =>
        {
            if (!restarted)
            {
                restarted = true;
                await postgres.StopAsync();
                await Task.Delay(300, stop); // so that every node meets it away, at its beat or its poll
                await postgres.StartAgainAsync();
                return;
            }
            // Of all servers and all kinds: writers, tails, listeners.
            await PostgresServer.RunAsync(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.5");
        });
    }
}
