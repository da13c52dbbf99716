using ActorChat.Server.Tests.Processes;
using ActorChat.Storage.Tests.Postgres;

namespace ActorChat.Server.Tests.Nodes;

/// <summary>Three servers without rate limits on one database, for all tests that leave the servers running.</summary>
public sealed class ThreeNodes : IAsyncLifetime
{
    readonly List<ServerProcess> nodes = [];
    Task<IReadOnlyList<ServerProcess>>? started;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Starts the servers for the first test, so that a missing PostgreSQL skips the test and does not fail the fixture.</summary>
    public Task<IReadOnlyList<ServerProcess>> StartedAsync() => started ??= StartAsync();

    async Task<IReadOnlyList<ServerProcess>> StartAsync()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        for (var i = 0; i < 3; i++)
        {
            nodes.Add(ServerProcess.Prepare(
                ("Storage__Provider", "postgres"), ("Storage__ConnectionString", database),
                ("Limits__MessagesPerSecond", "0"), ("Ai__MockDelayMs", "400")));
        }
        await Task.WhenAll(nodes.Select(node => node.StartAgainAsync()));
        return nodes;
    }

    public async Task DisposeAsync()
    {
        foreach (var node in nodes) await node.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class ThreeNodesTests : ICollectionFixture<ThreeNodes>
{
    public const string Name = "Three nodes";
}
