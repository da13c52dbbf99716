using Akka.Event;

namespace Akka.Actor;

/// <summary>What a parent does about a child that failed.</summary>
public abstract class SupervisorStrategy
{
    public static readonly IDecider DefaultDecider = Actor.Decider.From(
        Directive.Restart,
        Directive.Stop.When<ActorInitializationException>(),
        Directive.Stop.When<ActorKilledException>(),
        Directive.Stop.When<DeathPactException>());

    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);
    public static readonly OneForOneStrategy StoppingStrategy = new(_ => Directive.Stop);

    private protected SupervisorStrategy(int maxNumberOfRetries, int withinTimeRangeMilliseconds, IDecider decider, bool loggingEnabled)
    {
        MaxNumberOfRetries = maxNumberOfRetries;
        WithinTimeRangeMilliseconds = withinTimeRangeMilliseconds;
        Decider = decider;
        LoggingEnabled = loggingEnabled;
    }

    public IDecider Decider { get; }

    /// <summary>Restarts allowed in the time range; -1 for no limit, 0 for none at all.</summary>
    public int MaxNumberOfRetries { get; }

    /// <summary>-1 for ever.</summary>
    public int WithinTimeRangeMilliseconds { get; }

    protected bool LoggingEnabled { get; set; }

    /// <summary>False if the parent itself is to fail with the cause.</summary>
    internal bool HandleFailure(ActorCell parent, LocalActorRef child, Exception cause)
    {
        var directive = Decider.Decide(cause);
        Log(parent, child, cause, directive);
        switch (directive)
        {
            case Directive.Resume:
                child.SendSystemMessage(new Resume(cause));
                return true;
            case Directive.Restart:
                RestartOrStop(parent, child, cause);
                return true;
            case Directive.Stop:
                Stop(parent, child);
                return true;
            default:
                return false;
        }
    }

    private protected abstract void RestartOrStop(ActorCell parent, LocalActorRef child, Exception cause);
    private protected abstract void Stop(ActorCell parent, LocalActorRef child);

    private protected bool MayRestart(LocalActorRef child) =>
        (child.Cell.Restarts ??= new RestartStatistics()).Permit(MaxNumberOfRetries, WithinTimeRangeMilliseconds);

    private void Log(ActorCell parent, LocalActorRef child, Exception cause, Directive directive)
    {
        if (!LoggingEnabled || directive == Directive.Escalate)
            return;
        var message = cause is ActorInitializationException { InnerException: { } inner } ? inner.Message : cause.Message;
        parent.System.EventStream.Publish(directive == Directive.Resume
            ? new Warning(cause, child.Path.ToString(), GetType(), message)
            : new Error(cause, child.Path.ToString(), GetType(), message));
    }
}

/// <summary>Only the child that failed is concerned.</summary>
public class OneForOneStrategy : SupervisorStrategy
{
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries, withinTimeRange, Actor.Decider.From(localOnlyDecider)) { }

    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : this(maxNrOfRetries ?? -1, (int)(withinTimeRange ?? Timeout.InfiniteTimeSpan).TotalMilliseconds, decider) { }

    public OneForOneStrategy(
        int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, Actor.Decider.From(localOnlyDecider), loggingEnabled) { }

    public OneForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
        : base(maxNrOfRetries, withinTimeMilliseconds, decider, loggingEnabled) { }

    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(-1, -1, localOnlyDecider, loggingEnabled) { }

    public OneForOneStrategy(IDecider decider)
        : this(-1, -1, decider) { }

    private protected override void RestartOrStop(ActorCell parent, LocalActorRef child, Exception cause)
    {
        if (MayRestart(child))
            child.SendSystemMessage(new Recreate(cause));
        else
            parent.Stop(child);
    }

    private protected override void Stop(ActorCell parent, LocalActorRef child) => parent.Stop(child);
}

/// <summary>All children share the fate of the one that failed.</summary>
public class AllForOneStrategy : SupervisorStrategy
{
    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries, withinTimeRange, Actor.Decider.From(localOnlyDecider)) { }

    public AllForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : this(maxNrOfRetries ?? -1, (int)(withinTimeRange ?? Timeout.InfiniteTimeSpan).TotalMilliseconds, decider) { }

    public AllForOneStrategy(
        int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, Actor.Decider.From(localOnlyDecider), loggingEnabled) { }

    public AllForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
        : base(maxNrOfRetries, withinTimeMilliseconds, decider, loggingEnabled) { }

    public AllForOneStrategy(Func<Exception, Directive> localOnlyDecider)
        : this(-1, -1, localOnlyDecider) { }

    public AllForOneStrategy(IDecider decider)
        : this(-1, -1, decider) { }

    private protected override void RestartOrStop(ActorCell parent, LocalActorRef child, Exception cause)
    {
        var children = parent.LiveChildren();
        if (!Array.TrueForAll(children, MayRestart))
        {
            Stop(parent, child);
            return;
        }
        foreach (var one in children)
        {
            if (one != child)
                one.SendSystemMessage(new Suspend());
            one.SendSystemMessage(new Recreate(cause));
        }
    }

    private protected override void Stop(ActorCell parent, LocalActorRef child)
    {
        foreach (var one in parent.LiveChildren())
            parent.Stop(one);
    }
}

/// <summary>The restarts of one child, counted for the limit of its parent's strategy.</summary>
internal sealed class RestartStatistics
{
    private int count;
    private long windowStart;

    public bool Permit(int limit, int windowMilliseconds)
    {
        if (limit == 0)
            return false;
        if (windowMilliseconds <= 0)
            return limit < 0 || ++count <= limit;
        var now = Environment.TickCount64;
        if (windowStart == 0)
            windowStart = now;
        if (now - windowStart <= windowMilliseconds)
            return ++count <= Math.Max(limit, 1);
        count = 1;
        windowStart = now;
        return true;
    }
}
