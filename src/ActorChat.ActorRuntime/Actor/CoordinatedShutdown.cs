using Akka.Configuration;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Ends a system in phases, one after the other; the tasks of one phase run side by side.</summary>
/// <remarks>A task that fails or takes too long is logged and the run goes on: the way down must not be blocked by one who will not go.</remarks>
public sealed class CoordinatedShutdown
{
    public const string PhaseBeforeServiceUnbind = "before-service-unbind";
    public const string PhaseServiceUnbind = "service-unbind";
    public const string PhaseServiceRequestsDone = "service-requests-done";
    public const string PhaseServiceStop = "service-stop";
    public const string PhaseBeforeClusterShutdown = "before-cluster-shutdown";
    public const string PhaseClusterShardingShutdownRegion = "cluster-sharding-shutdown-region";
    public const string PhaseClusterLeave = "cluster-leave";
    public const string PhaseClusterExiting = "cluster-exiting";
    public const string PhaseClusterExitingDone = "cluster-exiting-done";
    public const string PhaseClusterShutdown = "cluster-shutdown";
    public const string PhaseBeforeActorSystemTerminate = "before-actor-system-terminate";
    public const string PhaseActorSystemTerminate = "actor-system-terminate";

    private static readonly string[] Phases =
    [
        PhaseBeforeServiceUnbind, PhaseServiceUnbind, PhaseServiceRequestsDone, PhaseServiceStop, PhaseBeforeClusterShutdown,
        PhaseClusterShardingShutdownRegion, PhaseClusterLeave, PhaseClusterExiting, PhaseClusterExitingDone, PhaseClusterShutdown,
        PhaseBeforeActorSystemTerminate, PhaseActorSystemTerminate,
    ];

    private readonly Config config;
    private readonly ILoggingAdapter log;
    private readonly List<(string Phase, string Name, Func<Task<Done>> Run)> tasks = [];
    private readonly TaskCompletionSource<Done> finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Reason? reason;

    private CoordinatedShutdown(ActorSystem system)
    {
        System = system;
        config = system.Settings.Config.GetConfig("akka.coordinated-shutdown");
        log = Logging.GetLogger(system, GetType());
        if (config.GetBoolean("terminate-actor-system"))
            AddTask(PhaseActorSystemTerminate, "terminate-system", TerminateSystem);
    }

    public ActorSystem System { get; }

    /// <summary>Why it runs; null while it does not.</summary>
    public Reason ShutdownReason => Volatile.Read(ref reason)!;

    /// <summary>The time that all phases with tasks may take together.</summary>
    public TimeSpan TotalTimeout
    {
        get
        {
            lock (tasks)
                return tasks.Select(task => task.Phase).Distinct().Aggregate(TimeSpan.Zero, (sum, phase) => sum + Timeout(phase));
        }
    }

    public static CoordinatedShutdown Get(ActorSystem sys) => sys.Extension(system => new CoordinatedShutdown(system));

    public void AddTask(string phase, string taskName, Func<Task<Done>> task)
    {
        if (!Phases.Contains(phase))
            throw new ConfigurationException($"Unknown phase [{phase}], known phases [{string.Join(",", Phases)}].");
        lock (tasks)
            tasks.Add((phase, taskName, task));
    }

    public TimeSpan Timeout(string phase) =>
        config.GetTimeSpan($"phases.{phase}.timeout", config.GetTimeSpan("default-phase-timeout"));

    /// <summary>Runs once; later calls get the same task.</summary>
    public Task<Done> Run(Reason reason, string? fromPhase = null)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (Interlocked.CompareExchange(ref this.reason, reason, null) is null)
            _ = Task.Run(() => RunPhases(fromPhase));
        return finished.Task;
    }

    private async Task RunPhases(string? fromPhase)
    {
        foreach (var phase in Phases.SkipWhile(phase => fromPhase is not null && phase != fromPhase))
            await RunPhase(phase).ConfigureAwait(false);
        finished.TrySetResult(Done.Instance);
    }

    private async Task RunPhase(string phase)
    {
        Task[] running;
        lock (tasks)
            running = [.. tasks.Where(task => task.Phase == phase).Select(task => RunTask(phase, task.Name, task.Run))];
        if (running.Length == 0)
            return;
        var timeout = Timeout(phase);
        try
        {
            await Task.WhenAll(running).WaitAsync(timeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            log.Warning("Coordinated shutdown phase [{0}] timed out after {1}", phase, timeout);
        }
    }

    private async Task RunTask(string phase, string name, Func<Task<Done>> run)
    {
        try
        {
            // Off this thread at once: the tasks of a phase are started under its lock and must not wait for one another.
            await Task.Run(run).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            log.Warning("Task [{0}] failed in phase [{1}]: {2}", name, phase, e.Message);
        }
    }

    private async Task<Done> TerminateSystem()
    {
        System.StopGuardians();
        await System.WhenTerminated.ConfigureAwait(false);
        return Done.Instance;
    }

    public class Reason
    {
        protected Reason() { }
    }

    public class UnknownReason : Reason
    {
        public static readonly Reason Instance = new UnknownReason();
    }

    public class ActorSystemTerminateReason : Reason
    {
        public static readonly Reason Instance = new ActorSystemTerminateReason();
    }

    public class ClrExitReason : Reason
    {
        public static readonly Reason Instance = new ClrExitReason();
    }
}
