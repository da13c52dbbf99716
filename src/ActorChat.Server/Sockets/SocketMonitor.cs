using System.Collections.Concurrent;

namespace ActorChat.Server.Sockets;

/// <summary>Checks all sockets every two seconds: one timer for all of them instead of several for each.</summary>
sealed class SocketMonitor(SocketTimeouts timeouts, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<SocketPump, byte> sockets = new();

    public void Add(SocketPump pump) => sockets.TryAdd(pump, 0);

    public void Remove(SocketPump pump) => sockets.TryRemove(pump, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var (pump, _) in sockets) pump.Check(timeouts);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server is going down.
        }
    }
}
