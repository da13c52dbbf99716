using System.Collections.Concurrent;
using System.Diagnostics;

namespace ActorChat.Server.Sockets;

/// <summary>Looks at every socket now and then: one timer for all of them instead of several each.</summary>
public sealed class SocketWatch(SocketTimes times, TimeProvider time, ILogger<SocketWatch> log) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<SocketPump, byte> sockets = new();

    // Comings and goings after which it is worth while to look for memory that can be given back.
    const int Crowd = 1000;

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

    // Thousands that came or left leave a fifth of their memory behind that the collector, unasked, keeps for the next crowd. It stops the
    // process for some ten milliseconds, once for each thousand and only when nobody has come or left for a turn.
    void GiveBackMemory()
    {
        var now = Volatile.Read(ref moves);
        if (now == movesBefore && now - movesAtCollection >= Crowd)
        {
            movesAtCollection = now;
            var since = Stopwatch.GetTimestamp();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            log.LogDebug("After a crowd, memory was given back in {Milliseconds} ms", Stopwatch.GetElapsedTime(since).TotalMilliseconds);
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
                foreach (var (pump, _) in sockets) pump.Watch(Environment.TickCount64, times);
                GiveBackMemory();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server goes down.
        }
    }
}
