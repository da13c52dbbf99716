using Akka.Event;

namespace Akka.Actor;

public abstract class ActorBase
{
    private Behaviours? behaviours;
    private SupervisorStrategy? supervision;
    private StashImpl? stash;

    protected ActorBase()
    {
        var cell = ActorCell.Current
            ?? throw new ActorInitializationException("Do not use 'new' to create an actor: give Props to ActorOf.");
        if (this is IWithTimers withTimers)
            withTimers.Timers = new TimerScheduler(cell);
    }

    protected static IActorContext Context => ActiveCell;
    protected IActorRef Self => ActiveCell.Self;
    protected IActorRef Sender => ActiveCell.Sender;

    internal static ActorCell ActiveCell => ActorCell.Current
        ?? throw new NotSupportedException("There is no active ActorContext, this is most likely due to use of async operations from within this actor.");

    /// <summary>Made with the first Become: most actors have one behaviour and pay for no stack.</summary>
    internal Behaviours Behaviours => behaviours ??= new Behaviours(Receive);
    internal SupervisorStrategy Supervision => supervision ??= ActiveCell.Props.SupervisorStrategy ?? SupervisorStrategy();
    protected abstract bool Receive(object message);

    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        Context.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    protected void Become(Receive receive) => Behaviours.Become(receive);
    protected void BecomeStacked(Receive receive) => Behaviours.BecomeStacked(receive);
    protected void UnbecomeStacked() => Behaviours.UnbecomeStacked();
    protected void SetReceiveTimeout(TimeSpan? timeout) => Context.SetReceiveTimeout(timeout);
    protected virtual SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.DefaultStrategy;
    protected virtual void PreStart() { }
    protected virtual void PostStop() { }

    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (var child in Context.GetChildren())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }
        PostStop();
    }

    protected virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>The instance is whole: close the registration of handlers, give it its stash.</summary>
    internal virtual void FinishConstruction(ActorCell cell)
    {
        if (this is IWithUnrestrictedStash withStash)
            withStash.Stash = stash = new StashImpl(cell);
    }

    internal void Deliver(object message)
    {
        if (!(behaviours is null ? Receive(message) : behaviours.Top(message)))
            Unhandled(message);
    }

    internal IReadOnlyList<Letter> TakeStash() => stash?.TakeAll() ?? [];
    internal void RunPreStart() => PreStart();
    internal void RunPostRestart(Exception reason) => PostRestart(reason);

    internal void RunPreRestart(Exception reason, object message)
    {
        CancelTimers();
        PreRestart(reason, message);
    }

    internal void RunPostStop()
    {
        CancelTimers();
        PostStop();
    }

    private void CancelTimers() => (this as IWithTimers)?.Timers?.CancelAll();
}
