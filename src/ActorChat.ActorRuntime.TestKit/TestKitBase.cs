using System.Linq.Expressions;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>
/// A system under test and an actor that the test speaks and listens through. Each file of this class is one kind of question to ask:
/// Receive, Expect, ExpectFrom, ExpectAll, Within, Await.
/// </summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static int lastTestActor;
    private readonly ITestKitAssertions assertions;
    private readonly MessageQueue queue = new();
    private MessageEnvelope? lastEnvelope;
    private DateTime? end;
    private bool lastWasNoMsg;

    protected TestKitBase(ITestKitAssertions assertions, ActorSystem? system = null, string? testActorName = null)
        : this(assertions, system, Config.Empty, null, testActorName) { }

    protected TestKitBase(ITestKitAssertions assertions, Config config, string? actorSystemName = null, string? testActorName = null)
        : this(assertions, null, config, actorSystemName, testActorName) { }

    private TestKitBase(
        ITestKitAssertions assertions, ActorSystem? system, Config config, string? actorSystemName, string? testActorName)
    {
        this.assertions = assertions;
        Sys = system ?? ActorSystem.Create(actorSystemName ?? "test", config.WithFallback(DefaultConfig));
        TestKitSettings = new TestKitSettings(Sys.Settings.Config.WithFallback(DefaultConfig));
        Log = Logging.GetLogger(Sys, GetType());
        EventFilter = new EventFilterFactory(this);
        TestActor = CreateTestActor(testActorName ?? $"testActor{Interlocked.Increment(ref lastTestActor)}");
        if (this is TestProbe)
            return;
        var speaker = this is INoImplicitSender ? null : ((LocalActorRef)TestActor).Cell;
        ActorCell.SpeakAs(speaker);
        SynchronizationContext.SetSynchronizationContext(new ActorCellKeepingSynchronizationContext(speaker));
    }

    public static Config DefaultConfig { get; } = ConfigurationFactory.ParseString("""
        akka.test {
          timefactor = 1.0
          filter-leeway = 3 s
          single-expect-default = 3 s
          default-timeout = 5 s
        }
        """);

    public static Config FullDebugConfig { get; } = ConfigurationFactory.ParseString("akka.loglevel = DEBUG");
    public static TimeSpan Now => TimeSpan.FromTicks(DateTime.UtcNow.Ticks);

    public ActorSystem Sys { get; }

    public TestKitSettings TestKitSettings { get; }

    public ILoggingAdapter Log { get; }

    /// <summary>What the test speaks as, unless it says otherwise, and where what it expects arrives.</summary>
    public IActorRef TestActor { get; }

    public EventFilterFactory EventFilter { get; }

    public IActorRef LastSender => lastEnvelope?.Sender!;
    public object LastMessage => lastEnvelope?.Message!;
    public bool HasMessages => !queue.IsEmpty;
    internal ITestKitAssertions Assertions => assertions;
    public IActorRef ActorOf(Props props) => Sys.ActorOf(props);
    public IActorRef ActorOf(Props props, string? name) => Sys.ActorOf(props, name);

    public IActorRef ActorOf<TActor>()
        where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>());

    public IActorRef ActorOf<TActor>(string name)
        where TActor : ActorBase, new() => Sys.ActorOf(Props.Create<TActor>(), name);

    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory)
        where TActor : ActorBase => Sys.ActorOf(Props.Create(factory));

    public IActorRef ActorOf<TActor>(Expression<Func<TActor>> factory, string name)
        where TActor : ActorBase => Sys.ActorOf(Props.Create(factory), name);

    /// <summary>A child of the test actor, for what is asked of a parent.</summary>
    public IActorRef ChildActorOf(
        Props props, string? name, SupervisorStrategy? supervisorStrategy, CancellationToken cancellationToken = default) =>
        TestActor.Ask<IActorRef>(new TestActor.SpawnChild(props, name, supervisorStrategy), RemainingOrDefault, cancellationToken)
            .ConfigureAwait(false).GetAwaiter().GetResult();

    public IActorRef ChildActorOf(Props props, SupervisorStrategy supervisorStrategy, CancellationToken cancellationToken = default) =>
        ChildActorOf(props, null, supervisorStrategy, cancellationToken);

    public IActorRef ChildActorOf(Props props, string name, CancellationToken cancellationToken = default) =>
        ChildActorOf(props, name, null, cancellationToken);

    public IActorRef ChildActorOf(Props props, CancellationToken cancellationToken = default) =>
        ChildActorOf(props, null, null, cancellationToken);

    public IActorRef CreateTestActor(string name) => Sys.SystemActorOf(Props.Create(() => new TestActor(queue)), name);
    public virtual TestProbe CreateTestProbe(string? name = null) => new(Sys, assertions, name);
    public virtual TestProbe CreateTestProbe(ActorSystem system, string? name = null) => new(system, assertions, name);
    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    /// <summary>The watch is in place when this returns.</summary>
    public IActorRef Watch(IActorRef actorToWatch)
    {
        WatchAsync(actorToWatch).ConfigureAwait(false).GetAwaiter().GetResult();
        return actorToWatch;
    }

    public async Task<IActorRef> WatchAsync(IActorRef actorToWatch)
    {
        await Command(context => context.Watch(actorToWatch)).ConfigureAwait(false);
        return actorToWatch;
    }

    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        UnwatchAsync(actorToUnwatch).ConfigureAwait(false).GetAwaiter().GetResult();
        return actorToUnwatch;
    }

    public async Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch)
    {
        await Command(context => context.Unwatch(actorToUnwatch)).ConfigureAwait(false);
        return actorToUnwatch;
    }

    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) => TestActor.Tell(new TestActor.SetIgnore(shouldIgnoreMessage));

    public void IgnoreMessages<TMsg>(Func<TMsg, bool> shouldIgnoreMessage) =>
        IgnoreMessages(message => message is TMsg wanted && shouldIgnoreMessage(wanted));

    public void IgnoreMessages<TMsg>() => IgnoreMessages(message => message is TMsg);
    public void IgnoreNoMessages() => TestActor.Tell(new TestActor.SetIgnore(null));

    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) =>
        Shutdown(Sys, duration, verifySystemShutdown);

    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        var patience = duration ?? TimeSpan.FromTicks(Math.Min(Dilated(TimeSpan.FromSeconds(5)).Ticks, TimeSpan.FromSeconds(10).Ticks));
        if (system.Terminate().Wait(patience))
            return;
        system.StopGuardians();
        if (verifySystemShutdown)
            throw new TimeoutException($"Failed to stop [{system.Name}] within [{patience}].");
    }

    private Task<object> Command(Func<IActorContext, object> run) => TestActor.Ask(new TestActor.Command(run), RemainingOrDefault);
}
