using ActorChat.Selftest.Processes;

namespace ActorChat.Selftest.Runs;

/// <summary>Kills, stops and, where there are several, freezes one server after the other, in the middle of whatever it does.</summary>
sealed class FaultInjector(IReadOnlyList<ServerChild> servers, Func<CancellationToken, Task>? trouble, Random choice)
{
    // Longer than any lease of a node may seem to be away, shorter than a client waits.
    const int LongestFreezeMs = 4000;

    public int Kills { get; private set; }

    public int Stops { get; private set; }

    public int Freezes { get; private set; }

    /// <param name="quiet">Lets some time pass; false when it is time to end.</param>
    public async Task HarassAsync(Func<TimeSpan, CancellationToken, Task<bool>> quiet, CancellationToken stop)
    {
        for (var i = 0; await quiet(TimeSpan.FromMilliseconds(choice.Next(200, 1800)), stop); i++)
        {
            var server = servers[choice.Next(servers.Count)];
            if (trouble is not null && choice.Next(3) == 0) await trouble(stop);
            else if (servers.Count > 1 && choice.Next(3) == 0) await FreezeAsync(server, stop);
            else await RestartAsync(server, i, stop);
        }
    }

    // In a short run, too, there is a kill, a stop, and a kill while starting.
    async Task RestartAsync(ServerChild server, int i, CancellationToken stop)
    {
        if (i == 1 || (i > 2 && choice.Next(4) == 0))
        {
            Stops++;
            await server.StopAsync();
        }
        else
        {
            await KillAsync(server);
        }
        while (i == 2 || (i > 3 && choice.Next(4) == 0))
        {
            server.Launch();
            await Task.Delay(choice.Next(20, 700), stop); // somewhere in its start
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
            await Task.Delay(choice.Next(100, LongestFreezeMs), stop);
        }
        finally
        {
            server.Wake();
        }
    }
}
