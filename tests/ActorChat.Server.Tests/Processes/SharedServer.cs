using ActorChat.Server.Tests.Clients;

namespace ActorChat.Server.Tests.Processes;

/// <summary>
/// One server without rate limits for all tests that do not stop their server. Two clients exchange messages on it. No test may
/// disturb them.
/// </summary>
public sealed class SharedServer : IAsyncLifetime
{
    ServerProcess? server;
    Canary? canary;

    public ServerProcess Server => server!;

    public async Task InitializeAsync()
    {
        server = await ServerProcess.StartAsync(("Limits__MessagesPerSecond", "0"), ("Ai__MockDelayMs", "2"));
        canary = await Canary.JoinAsync(server);
    }

    /// <summary>Checks that the server still runs, serves its two clients, and has logged no unexpected error.</summary>
    public async Task AssertUndisturbedAsync()
    {
        await canary!.ExchangeAsync();
        Server.AssertCalm();
    }

    /// <summary>Checks the server before and after an attack.</summary>
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

/// <summary>Tests that kill their servers repeatedly. They measure nothing, so they run beside other collections, one at a time.</summary>
[CollectionDefinition(Name)]
public sealed class KilledServers
{
    public const string Name = "Killed servers";
}

/// <summary>Tests that load the machine. They run alone, after all other collections.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LoadTests
{
    public const string Name = "Load";
}
