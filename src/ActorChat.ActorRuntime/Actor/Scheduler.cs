namespace Akka.Actor;

public interface ITellScheduler
{
    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender);
    void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable);
    void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender);

    void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable);
}

/// <summary>Messages for later, from outside of actors. An actor's own timers (<see cref="IWithTimers"/>) end with it; these do not.</summary>
public interface IScheduler : ITellScheduler
{
    DateTimeOffset Now { get; }
}

public interface ICancelable
{
    bool IsCancellationRequested { get; }

    CancellationToken Token { get; }

    void Cancel();
}

public class Cancelable : ICancelable, IDisposable
{
    private readonly CancellationTokenSource source = new();
    public Cancelable(IScheduler scheduler) => ArgumentNullException.ThrowIfNull(scheduler);
    public bool IsCancellationRequested => source.IsCancellationRequested;
    public CancellationToken Token => source.Token;
    public void Cancel() => source.Cancel();

    public void Dispose()
    {
        source.Dispose();
        GC.SuppressFinalize(this);
    }
}

public static class SchedulerExtensions
{
    public static ICancelable ScheduleTellOnceCancelable(
        this IScheduler scheduler, TimeSpan delay, ICanTell receiver, object message, IActorRef? sender)
    {
        var cancelable = new Cancelable(scheduler);
        scheduler.ScheduleTellOnce(delay, receiver, message, sender, cancelable);
        return cancelable;
    }

    public static ICancelable ScheduleTellRepeatedlyCancelable(
        this IScheduler scheduler, TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender)
    {
        var cancelable = new Cancelable(scheduler);
        scheduler.ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, cancelable);
        return cancelable;
    }
}

internal sealed class WheelScheduler(ActorSystem system) : IScheduler
{
    public DateTimeOffset Now => DateTimeOffset.UtcNow;

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender) =>
        ScheduleTellOnce(delay, receiver, message, sender, null);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Schedule(delay, () => receiver.Tell(message, sender), cancelable, interval: null);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender) =>
        ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Schedule(initialDelay, () => receiver.Tell(message, sender), cancelable, interval);

    private void Schedule(TimeSpan delay, Action tell, ICancelable? cancelable, TimeSpan? interval) =>
        TimerWheel.After(
            delay,
            _ =>
            {
                if (cancelable?.IsCancellationRequested == true || system.WhenTerminated.IsCompleted)
                    return;
                tell();
                if (interval is { } next)
                    Schedule(next, tell, cancelable, interval);
            },
            tell);
}
