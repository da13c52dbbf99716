using Akka;
using Akka.Actor;
using Akka.Configuration;

namespace ActorChat.ActorRuntime.Tests;

public class CoordinatedShutdownSpecs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Phases_run_in_order_the_tasks_of_one_side_by_side_and_the_last_ends_the_system()
    {
        var system = ActorSystem.Create("phases");
        var shutdown = CoordinatedShutdown.Get(system);
        Assert.Same(shutdown, CoordinatedShutdown.Get(system));
        Assert.Null(shutdown.ShutdownReason);
        var order = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var both = new CountdownEvent(2);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "last", () => Note("last"));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "first", () => Note("first"));
        foreach (var name in new[] { "left", "right" })
            shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, name, () => Task.Run(() =>
            {
                both.Signal();
                Assert.True(both.Wait(Patience));
                return Done.Instance;
            }));
        await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(Patience);
        Assert.True(system.WhenTerminated.IsCompleted);
        Assert.Equal(["first", "last"], order);
        Assert.IsType<CoordinatedShutdown.ClrExitReason>(shutdown.ShutdownReason);

        Task<Done> Note(string name)
        {
            order.Enqueue(name);
            return Task.FromResult(Done.Instance);
        }
    }

    [Fact]
    public async Task A_task_that_fails_or_does_not_end_holds_up_nobody_for_long()
    {
        var system = ActorSystem.Create("late", ConfigurationFactory.ParseString(
            "akka.coordinated-shutdown { default-phase-timeout = 2 m, phases.service-unbind.timeout = 100 ms }"));
        var shutdown = CoordinatedShutdown.Get(system);
        Assert.Equal(TimeSpan.FromMilliseconds(100), shutdown.Timeout(CoordinatedShutdown.PhaseServiceUnbind));
        Assert.Equal(TimeSpan.FromMinutes(2), shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "fails", () => throw new InvalidOperationException("no"));
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "hangs", () => new TaskCompletionSource<Done>().Task);
        await shutdown.Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(TimeSpan.FromSeconds(30)); // less than a phase may take
        Assert.True(system.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task A_phase_has_five_seconds_and_the_last_one_ten()
    {
        var system = ActorSystem.Create("defaults");
        var shutdown = CoordinatedShutdown.Get(system);
        Assert.Equal(TimeSpan.FromSeconds(5), shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop));
        Assert.Equal(TimeSpan.FromSeconds(10), shutdown.Timeout(CoordinatedShutdown.PhaseActorSystemTerminate));
        await system.Terminate();
    }

    [Fact]
    public async Task Terminate_runs_it_and_it_runs_once()
    {
        var system = ActorSystem.Create("once");
        var runs = 0;
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceStop, "count", () =>
        {
            runs++;
            return Task.FromResult(Done.Instance);
        });
        var called = false;
        system.RegisterOnTermination(() => called = true);
        await Task.WhenAll(system.Terminate(), system.Terminate()).WaitAsync(Patience);
        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(Patience);
        Assert.Equal((1, true), (runs, called));
        Assert.IsType<CoordinatedShutdown.ActorSystemTerminateReason>(CoordinatedShutdown.Get(system).ShutdownReason);
    }
}
