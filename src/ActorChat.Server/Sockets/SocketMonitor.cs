using System.Collections.Concurrent;

namespace ActorChat.Server.Sockets;

/// <summary>Checks all sockets every two seconds: one timer for all of them instead of several for each.</summary>
sealed class SocketMonitor(SocketTimeouts timeouts, TimeProvider time, ILogger<SocketMonitor> log) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // So many connections must have come or gone before a collection is worth its pause.
    const int Crowd = 1000;

    readonly ConcurrentDictionary<SocketPump, byte> sockets = new();

    int moves, movesBefore, movesAtCollection;

    public void Add(SocketPump pump)
    {
        sockets.TryAdd(pump, 0);
        Interlocked.Increment(ref moves);
    }

    public void Remove(SocketPump pump)
    {
        sockets.TryRemove(pump, out _);
        Interlocked.Increment(ref moves);
    }

    // When thousands have come or gone, the collector keeps about a fifth of their memory for the next crowd. This collection stops the
    // process for about ten milliseconds. It runs once for each thousand, and only after two seconds in which nobody came or went.
    void CollectAfterCrowd()
    {
        var now = Volatile.Read(ref moves);
        if (now == movesBefore && now - movesAtCollection >= Crowd)
        {
            movesAtCollection = now;
            var since = time.GetTimestamp();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            log.LogDebug("After a crowd, memory was given back in {Milliseconds} ms", time.GetElapsedTime(since).TotalMilliseconds);
        }
        movesBefore = now;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var (pump, _) in sockets) pump.Check(timeouts);
                CollectAfterCrowd();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server is going down.
        }
    }
}
