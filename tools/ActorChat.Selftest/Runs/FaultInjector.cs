using ActorChat.Selftest.Processes;

namespace ActorChat.Selftest.Runs;

/// <summary>Kills, stops and, if there are several, freezes one server after another while clients use them.</summary>
sealed class FaultInjector(IReadOnlyList<ServerChild> servers, Func<CancellationToken, Task>? extraFault, Random random)
{
    // Longer than the lease of a node, shorter than the timeout of a client.
    const int LongestFreezeMs = 4000;

    public int Kills { get; private set; }

    public int Stops { get; private set; }

    public int Freezes { get; private set; }

    /// <param name="wait">Waits so long; returns false when the run is over.</param>
    public async Task InjectAsync(Func<TimeSpan, CancellationToken, Task<bool>> wait, CancellationToken stop)
    {
        for (var i = 0; await wait(TimeSpan.FromMilliseconds(random.Next(200, 1800)), stop); i++)
        {
            var server = servers[random.Next(servers.Count)];
            if (extraFault is not null && random.Next(3) == 0) await extraFault(stop);
            else if (servers.Count > 1 && random.Next(3) == 0) await FreezeAsync(server, stop);
            else await RestartAsync(server, i, stop);
        }
    }

    // The first three faults are fixed, so that a short run has a kill, a stop, and a kill during a start.
    async Task RestartAsync(ServerChild server, int i, CancellationToken stop)
    {
        if (i == 1 || (i > 2 && random.Next(4) == 0))
        {
            Stops++;
            await server.StopAsync();
        }
        else
        {
            await KillAsync(server);
        }
        while (i == 2 || (i > 3 && random.Next(4) == 0))
        {
            server.Launch();
            await Task.Delay(random.Next(20, 700), stop); // in the middle of its start
            await KillAsync(server);
            if (i == 2) break;
        }
        await server.StartAsync(stop);
    }

    async Task KillAsync(ServerChild server)
    {
        Kills++;
        await server.KillAsync();
    }

    async Task FreezeAsync(ServerChild server, CancellationToken stop)
    {
        Freezes++;
        server.Freeze();
        try
        {
            await Task.Delay(random.Next(100, LongestFreezeMs), stop);
        }
        finally
        {
            server.Resume();
        }
    }
}
