using ActorChat.Server.Tests.Clients;

namespace ActorChat.Server.Tests.Processes;

/// <summary>
/// One server for all tests that do not need to stop theirs, without rate limits. Two people talk on it: whatever a test does,
/// they must not notice.
/// </summary>
public sealed class SharedServer : IAsyncLifetime
{
    ServerProcess? server;
    Canary? canary;

    public ServerProcess Server => server!;

    public async Task InitializeAsync()
    {
        server = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0"), ("Ai__MockDelayMs", "2"));
        canary = await Canary.ArriveAsync(server);
    }

    /// <summary>The same process, its two people undisturbed, nothing unforeseen in its log.</summary>
    public async Task AssertUndisturbedAsync()
    {
        await canary!.ExchangeAsync();
        Server.AssertCalm();
    }

    /// <summary>The two exchange a message before something hostile is done, and after it.</summary>
    public async Task AssertUndisturbedByAsync(Func<Task> attack)
    {
        await AssertUndisturbedAsync();
        await attack();
        await AssertUndisturbedAsync();
    }

    public async Task DisposeAsync()
    {
        if (canary is not null) await canary.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class SharedServerTests : ICollectionFixture<SharedServer>
{
    public const string Name = "One server";
}

/// <summary>Tests whose servers are killed again and again. They measure nothing and have patience, so they run beside the others, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class KilledServers
{
    public const string Name = "Killed servers";
}

/// <summary>Tests that load both the server and the machine: one after the other, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LoadTests
{
    public const string Name = "Load";
}
