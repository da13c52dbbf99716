using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Akka.Configuration;
using Akka.Event;
using Microsoft.Extensions.Logging;

namespace Akka.Actor;

/// <summary>A tree of actors and what they share: the event stream, the dead letters, the scheduler, the settings.</summary>
public sealed partial class ActorSystem : IActorRefFactory, IDisposable
{
    private static long lastUid;
    private readonly ActorCell user;
    private readonly ActorCell system;
    private readonly ActorPath rootPath;
    private readonly ConcurrentDictionary<Type, Lazy<object>> extensions = new();
    private readonly TaskCompletionSource terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Action> terminationCallbacks = [];
    private int actorCount;
    private long lastTempName;

    private ActorSystem(string name, Config config, ILoggerFactory? loggerFactory)
    {
        Name = name;
        Settings = new Settings(config);
        rootPath = new ActorPath(new Address("akka", name));
        Undeliverable = new DeadLetterActorRef(this, rootPath / "deadLetters");
        EventStream.Published += new LogWriter(Settings.LogLevel, loggerFactory is null ? null : LogWriter.For(loggerFactory)).Write;
        EventStream.Published += new DeadLetterLog(this, Settings.LogDeadLetters, Settings.LogDeadLettersSuspendDuration).Note;
        Scheduler = new WheelScheduler(this);
        Log = Logging.GetLogger(this, name);
        var root = new RootActorRef(this, rootPath);
        system = StartGuardian(root, "system");
        user = StartGuardian(root, "user");
        RuntimeMetrics.Systems.TryAdd(this, 0);
    }

    public string Name { get; }

    public Settings Settings { get; }

    public EventStream EventStream { get; } = new();
    public IActorRef DeadLetters => Undeliverable;

    internal DeadLetterActorRef Undeliverable { get; }

    public IScheduler Scheduler { get; }

    public ILoggingAdapter Log { get; }

    public DateTime StartTime { get; } = DateTime.UtcNow;
    public TimeSpan Uptime => DateTime.UtcNow - StartTime;
    public Task WhenTerminated => terminated.Task;
    internal bool IsTerminating => user is { IsTerminating: true };
    internal int ActorCount => Volatile.Read(ref actorCount);
    public static ActorSystem Create(string name) => Create(name, Config.Empty);
    public static ActorSystem Create(string name, Config config) => Create(name, config, loggerFactory: null);

    internal static ActorSystem Create(string name, Config config, ILoggerFactory? loggerFactory)
    {
        if (!ValidName().IsMatch(name))
            throw new ArgumentException($"Invalid ActorSystem name [{name}], must contain only word characters, - and _.", nameof(name));
        return new ActorSystem(name, config, loggerFactory);
    }

    public IActorRef ActorOf(Props props, string? name = null) => user.ActorOf(props, name);

    /// <summary>Asks the guardian to stop a top-level actor: two hops, so other messages may be handled first.</summary>
    public void Stop(IActorRef actor)
    {
        if (actor is LocalActorRef local && user.IsChild(local))
            user.Self.Tell(new StopChild(local), ActorRefs.NoSender);
        else
            ((IInternalActorRef)actor).SendSystemMessage(new Terminate());
    }

    /// <summary>Ends the system in good order, through CoordinatedShutdown unless the configuration says otherwise.</summary>
    public Task Terminate()
    {
        if (Settings.Config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate"))
            CoordinatedShutdown.Get(this).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance);
        else
            StopGuardians();
        return WhenTerminated;
    }

    /// <summary>Called once all actors have ended, before <see cref="WhenTerminated"/> completes.</summary>
    public void RegisterOnTermination(Action code)
    {
        lock (terminationCallbacks)
        {
            if (WhenTerminated.IsCompleted)
                throw new InvalidOperationException("The actor system has already been terminated.");
            terminationCallbacks.Add(code);
        }
    }

    public void Dispose() => Terminate().GetAwaiter().GetResult();
    public override string ToString() => rootPath.Address.ToString();

    internal T Extension<T>(Func<ActorSystem, T> create)
        where T : class => (T)extensions.GetOrAdd(typeof(T), _ => new Lazy<object>(() => create(this))).Value;

    internal IActorRef SystemActorOf(Props props, string name) => system.ActorOf(props, name);
    internal long NextUid() => Interlocked.Increment(ref lastUid);
    internal ActorPath NewTempPath() => rootPath / "temp" / $"${Interlocked.Increment(ref lastTempName)}";
    internal void ActorStarted() => Interlocked.Increment(ref actorCount);
    internal void ActorStopped() => Interlocked.Decrement(ref actorCount);
    internal void StopGuardians() => user.Post(new Terminate());

    internal void GuardianStopped(IActorRef guardian)
    {
        if (guardian.Equals(user.Self))
            system.Post(new Terminate());
        else
            FinishTermination();
    }

    internal int CountQueuedMessages() => CountQueuedMessages(user) + CountQueuedMessages(system);

    private static int CountQueuedMessages(ActorCell cell)
    {
        var count = cell.QueuedMessages;
        foreach (var child in cell.LiveChildren())
            count += CountQueuedMessages(child.Cell);
        return count;
    }

    private ActorCell StartGuardian(RootActorRef root, string name)
    {
        var guardian = new ActorCell(this, Props.Create<Guardian>(), root, new ActorPath(rootPath, name, NextUid()));
        guardian.AdoptFromAnyThread();
        ActorStarted();
        guardian.Post(new Create());
        return guardian;
    }

    private void FinishTermination()
    {
        lock (terminationCallbacks)
        {
            foreach (var callback in terminationCallbacks)
                RunCallback(callback);
            RuntimeMetrics.Systems.TryRemove(this, out _);
            terminated.TrySetResult();
        }
    }

    private void RunCallback(Action callback)
    {
        try
        {
            callback();
        }
        catch (Exception e)
        {
            Log.Error(e, "A callback of RegisterOnTermination failed.");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_\-]*\z")]
    private static partial Regex ValidName();
}

/// <summary><c>/user</c> and <c>/system</c>: parents with the default strategy, nothing else.</summary>
internal sealed class Guardian : UntypedActor
{
    protected override void OnReceive(object message)
    {
        if (message is StopChild stop)
            Context.Stop(stop.Child);
        else
            Unhandled(message);
    }
}

internal sealed record StopChild(LocalActorRef Child) : IDeadLetterSuppression;
