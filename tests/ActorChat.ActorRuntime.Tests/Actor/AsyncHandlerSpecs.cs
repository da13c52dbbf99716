using Akka.Actor;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>T6, T7, T8, T9, T16: handlers that await.</summary>
public class AsyncHandlerSpecs : PatientTestKit
{
    [Fact]
    public void The_next_message_waits_for_the_end_of_an_asynchronous_handler()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Slow(TestActor)));
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell("sync");
        foreach (var expected in new[] { "start 1", "end 1", "start 2", "end 2", "sync" })
            ExpectMsg(expected);
    }

    [Fact]
    public void Sender_and_Self_are_the_same_after_every_plain_await()
    {
        var actor = Sys.ActorOf(Props.Create(() => new LooksAround()));
        actor.Tell("look");
        for (var i = 0; i < 3; i++)
            ExpectMsg("same");
    }

    [Fact]
    public void A_stop_does_not_wait_for_a_handler_and_the_rest_of_it_never_runs()
    {
        var gate = new TaskCompletionSource();
        var actor = Watch(Sys.ActorOf(Props.Create(() => new Waits(TestActor, gate.Task))));
        actor.Tell("wait");
        ExpectMsg("waiting");
        Sys.Stop(actor);
        ExpectMsg("PostStop");
        ExpectTerminated(actor);
        gate.SetResult();
        ExpectNoMsg(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void A_poison_pill_waits_for_the_handler()
    {
        var gate = new TaskCompletionSource();
        var actor = Watch(Sys.ActorOf(Props.Create(() => new Waits(TestActor, gate.Task))));
        actor.Tell("wait");
        ExpectMsg("waiting");
        actor.Tell(PoisonPill.Instance);
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        gate.SetResult();
        ExpectMsg("after");
        ExpectMsg("finally");
        ExpectMsg("PostStop");
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_parent_decides_about_a_child_only_after_its_own_await()
    {
        var parent = Sys.ActorOf(Props.Create(() => new BusyParent(TestActor)));
        parent.Tell("go");
        ExpectMsg("parent done");
        ExpectMsg("child restarts");
    }

    [Theory]
    [InlineData("at once")]
    [InlineData("later")]
    public void An_exception_in_an_asynchronous_handler_is_a_failure_like_any_other(string when)
    {
        var actor = Sys.ActorOf(Props.Create(() => new FailsAsync(TestActor)));
        actor.Tell(when);
        actor.Tell(42);
        ExpectMsg("restart because of " + when);
        ExpectMsg(42);
    }

    [Fact]
    public async Task Off_its_thread_an_actor_has_no_context()
    {
        var system = ActorSystem.Create("off-thread");
        try
        {
            var actor = system.ActorOf(Props.Create(() => new GoesAstray()));
            var errors = await actor.Ask<string[]>("go", TimeSpan.FromSeconds(20));
            Assert.Equal(["NotSupportedException", "NotSupportedException", "NotSupportedException"], errors);
        }
        finally
        {
            await system.Terminate();
        }
    }

    [Fact]
    public void RunTask_makes_a_message_of_an_untyped_actor_asynchronous()
    {
        var actor = Sys.ActorOf(Props.Create(() => new UntypedSlow()));
        actor.Tell("a");
        actor.Tell("b");
        ExpectMsg("a");
        ExpectMsg("b");
    }

    private sealed class Slow : ReceiveActor
    {
        public Slow(IActorRef probe)
        {
            ReceiveAsync<int>(async i =>
            {
                probe.Tell($"start {i}");
                await Task.Delay(30);
                probe.Tell($"end {i}");
            });
            Receive<string>(text => probe.Tell(text));
        }
    }

    private sealed class LooksAround : ReceiveActor
    {
        public LooksAround() => ReceiveAsync<string>(async _ =>
        {
            var (sender, self) = (Sender, Self);
            for (var i = 0; i < 3; i++)
            {
                await (i == 1 ? Nothing() : Task.Delay(5));
                var same = ReferenceEquals(sender, Sender) && ReferenceEquals(self, Self) && ReferenceEquals(self, Context.Self);
                Sender.Tell(same ? "same" : "different");
            }
        });

        private static async Task Nothing() => await Task.Yield();
    }

    private sealed class Waits : ReceiveActor
    {
        private readonly IActorRef probe;

        public Waits(IActorRef probe, Task gate)
        {
            this.probe = probe;
            ReceiveAsync<string>(async _ =>
            {
                probe.Tell("waiting");
                try
                {
                    await gate;
                    probe.Tell("after");
                }
                finally
                {
                    probe.Tell("finally");
                }
            });
        }

        protected override void PostStop() => probe.Tell("PostStop");
    }

    private sealed class BusyParent : ReceiveActor
    {
        public BusyParent(IActorRef probe)
        {
            var child = Context.ActorOf(Props.Create(() => new FailingChild(probe)));
            ReceiveAsync<string>(async _ =>
            {
                child.Tell("fail");
                await Task.Delay(200);
                probe.Tell("parent done");
            });
        }
    }

    private sealed class FailingChild : ReceiveActor
    {
        private readonly IActorRef probe;

        public FailingChild(IActorRef probe)
        {
            this.probe = probe;
            Receive<string>(_ => throw new InvalidOperationException("as asked"));
        }

        protected override void PreRestart(Exception reason, object message) => probe.Tell("child restarts");
    }

    private sealed class FailsAsync : ReceiveActor
    {
        private readonly IActorRef probe;

        public FailsAsync(IActorRef probe)
        {
            this.probe = probe;
            ReceiveAsync<string>(async when =>
            {
                if (when == "later")
                    await Task.Delay(20);
                throw new InvalidOperationException(when);
            });
            Receive<int>(i => Sender.Tell(i));
        }

        protected override void PreRestart(Exception reason, object message) => probe.Tell($"restart because of {message}");
    }

    private sealed class GoesAstray : ReceiveActor
    {
        public GoesAstray() => ReceiveAsync<string>(async _ =>
        {
            var sender = Sender;
            var errors = await Task.Factory.StartNew(
                () => new[] { ErrorOf(() => Context), ErrorOf(() => Sender), ErrorOf(() => Self) },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            sender.Tell(errors);
        });

        private static string ErrorOf(Func<object> get)
        {
            try
            {
                return get().ToString()!;
            }
            catch (Exception e)
            {
                return e.GetType().Name;
            }
        }
    }

    private sealed class UntypedSlow : UntypedActor
    {
        protected override void OnReceive(object message) => RunTask(async () =>
        {
            await Task.Delay(20);
            Sender.Tell(message);
        });
    }
}
