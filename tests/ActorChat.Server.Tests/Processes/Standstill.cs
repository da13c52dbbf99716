using System.Diagnostics;

namespace ActorChat.Server.Tests.Processes;

/// <summary>Measures for how long the machine paused: a thread that sleeps for a moment notices when it slept for much longer.</summary>
sealed class Standstill : IDisposable
{
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50), Threshold = TimeSpan.FromMilliseconds(200);

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
            Measure();
            lock (gate) return total;
        }
    }

    void Pace()
    {
        while (!isOver)
        {
            Thread.Sleep(Step);
            Measure();
        }
    }

    void Measure()
    {
        lock (gate)
        {
            var now = since.Elapsed;
            if (now - last > Threshold) total += now - last - Step;
            last = now;
        }
    }

    public void Dispose()
    {
        isOver = true;
        pacer.Join();
    }
}
