using System.Diagnostics;

namespace Akka.Actor;

/// <summary>
/// A receive timeout. A message only notes the time; the wheel wakes the actor when the timeout could have passed, and the actor
/// looks whether it has. So a busy actor pays nothing for its timer.
/// </summary>
internal sealed class IdleTimeout
{
    private readonly ActorCell cell;
    private TimerWheel.Delay? delay;
    private long lastActivity = Stopwatch.GetTimestamp();

    public IdleTimeout(ActorCell cell, TimeSpan duration)
    {
        this.cell = cell;
        Duration = duration;
        Arm();
    }

    public TimeSpan Duration { get; }

    public bool HasPassed => Stopwatch.GetElapsedTime(lastActivity) >= Duration;
    public void Touch() => lastActivity = Stopwatch.GetTimestamp();

    /// <summary>Counts on from the last activity, or anew if the timeout has just passed.</summary>
    public void Arm()
    {
        if (HasPassed)
            Touch();
        var rest = Duration - Stopwatch.GetElapsedTime(lastActivity);
        delay = TimerWheel.After(
            rest > TimeSpan.Zero ? rest : TimeSpan.Zero,
            static state => ((IdleTimeout)state).Check(),
            this);
    }

    public void Cancel() => delay?.Cancel();
    private void Check() => cell.Post(new IdleCheck(this));
}
