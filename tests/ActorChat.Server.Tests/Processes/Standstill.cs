using System.Diagnostics;

namespace ActorChat.Server.Tests.Processes;

/// <summary>For how long this machine stood still while something was measured: what a thread that only ever sleeps for a moment slept too long.</summary>
sealed class Standstill : IDisposable
{
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50), Noticed = TimeSpan.FromMilliseconds(200);

    readonly Stopwatch since = Stopwatch.StartNew();
    readonly Thread pacer;
    readonly Lock gate = new();
    TimeSpan last, total;
    volatile bool isOver;

    public Standstill()
    {
        pacer = new Thread(Pace) { IsBackground = true };
        pacer.Start();
    }

    public TimeSpan Total
    {
        get
        {
            Look();
            lock (gate) return total;
        }
    }

    void Pace()
    {
        while (!isOver)
        {
            Thread.Sleep(Moment);
            Look();
        }
    }

    void Look()
    {
        lock (gate)
        {
            var now = since.Elapsed;
            if (now - last > Noticed) total += now - last - Moment;
            last = now;
        }
    }

    public void Dispose()
    {
        isOver = true;
        pacer.Join();
    }
}
