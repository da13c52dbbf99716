namespace Akka.Actor;

public interface IWithTimers
{
    // As Akka.NET has it, with no word on null: an actor may declare its property either way.
#nullable disable annotations
    ITimerScheduler Timers { get; set; }
#nullable restore annotations
}

/// <summary>Timers that belong to one instance of an actor: they end with it, and starting a key again replaces its timer.</summary>
public interface ITimerScheduler
{
    IReadOnlyCollection<object> ActiveTimers { get; }

    void StartSingleTimer(object key, object msg, TimeSpan timeout);
    void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef? sender);
    void StartPeriodicTimer(object key, object msg, TimeSpan interval);
    void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef? sender);
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef? sender);
    bool IsTimerActive(object key);
    void Cancel(object key);
    void CancelAll();
}

internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    /// <summary>Made with the first timer; touched only on the actor's thread.</summary>
    private Dictionary<object, ActorTimer>? timers;

    public IReadOnlyCollection<object> ActiveTimers => timers is null ? [] : [.. timers.Keys];
    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => StartSingleTimer(key, msg, timeout, null);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef? sender) =>
        Start(key, new ActorTimer(cell, this, key, msg, sender, interval: null), timeout);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => StartPeriodicTimer(key, msg, interval, interval);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef? sender) =>
        StartPeriodicTimer(key, msg, interval, interval, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) =>
        StartPeriodicTimer(key, msg, initialDelay, interval, null);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef? sender) =>
        Start(key, new ActorTimer(cell, this, key, msg, sender, interval), initialDelay);

    public bool IsTimerActive(object key) => timers?.ContainsKey(key) == true;

    public void Cancel(object key)
    {
        if (timers is null || !timers.Remove(key, out var timer))
            return;
        timer.Cancel();
        DropIfEmpty();
    }

    public void CancelAll()
    {
        foreach (var timer in timers?.Values ?? Enumerable.Empty<ActorTimer>())
            timer.Cancel();
        timers = null;
    }

    /// <summary>A message of a timer that was cancelled or replaced may still be in the queue.</summary>
    public bool IsCurrent(ActorTimer timer) =>
        timers is not null && timers.TryGetValue(timer.Key, out var active) && active == timer;

    public void Forget(ActorTimer timer)
    {
        timers!.Remove(timer.Key);
        DropIfEmpty();
    }

    /// <summary>Many actors have one timer in their first seconds and none for the rest of their lives.</summary>
    private void DropIfEmpty()
    {
        if (timers!.Count == 0)
            timers = null;
    }

    private void Start(object key, ActorTimer timer, TimeSpan delay)
    {
        Cancel(key);
        (timers ??= [])[key] = timer;
        timer.Start(delay);
    }
}

internal sealed class ActorTimer(
    ActorCell cell, TimerScheduler owner, object key, object message, IActorRef? sender, TimeSpan? interval)
{
    private TimerWheel.Delay? delay;
    private volatile bool cancelled;

    public object Key { get; } = key;
    public TimerScheduler Owner { get; } = owner;
    public bool IsPeriodic => interval is not null;

    public void Start(TimeSpan after)
    {
        delay = TimerWheel.After(after, static state => ((ActorTimer)state).Fire(), this);
        // Cancelled between firing and starting again.
        if (cancelled)
            delay.Cancel();
    }

    public void Cancel()
    {
        cancelled = true;
        delay?.Cancel();
    }

    private void Fire()
    {
        if (cancelled)
            return;
        cell.Post(new Letter(TimerFired.For(this, message, sender), null));
        if (interval is { } next)
            Start(next);
    }
}

/// <summary>A timer's message on its way through the mailbox of its own actor.</summary>
internal class TimerFired(ActorTimer timer, object message, IActorRef? sender)
{
    public object Message { get; } = message;
    public IActorRef? Sender { get; } = sender;

    public static TimerFired For(ActorTimer timer, object message, IActorRef? sender) =>
        message is INotInfluenceReceiveTimeout ? new Quiet(timer, message, sender) : new TimerFired(timer, message, sender);

    /// <summary>False for a timer that was cancelled or replaced, or was started by an instance before this one.</summary>
    public bool IsWanted(ActorBase actor)
    {
        if (actor is not IWithTimers { Timers: TimerScheduler timers } || timer.Owner != timers || !timers.IsCurrent(timer))
            return false;
        if (!timer.IsPeriodic)
            timers.Forget(timer);
        return true;
    }

    private sealed class Quiet(ActorTimer timer, object message, IActorRef? sender)
        : TimerFired(timer, message, sender), INotInfluenceReceiveTimeout;
}
