using Akka.Actor;
using Akka.TestKit;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>T19, T20: timers and receive timeouts.</summary>
public class TimerSpecs : PatientTestKit
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    [Fact]
    public void A_single_timer_fires_once_with_no_sender_and_is_gone()
    {
        var actor = Start();
        actor.Tell(new Run(timers => timers.StartSingleTimer("key", "tick", TimeSpan.FromMilliseconds(30))));
        ExpectMsg("tick from nobody");
        actor.Tell(new Run(timers => TestActor.Tell(timers.IsTimerActive("key"))));
        ExpectMsg(false);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_periodic_timer_fires_until_it_is_cancelled()
    {
        var actor = Start();
        actor.Tell(new Run(timers => timers.StartPeriodicTimer("key", "tick", TimeSpan.Zero, TimeSpan.FromMilliseconds(30))));
        for (var i = 0; i < 3; i++)
            ExpectMsg("tick from nobody");
        actor.Tell(new Run(timers =>
        {
            timers.Cancel("key");
            TestActor.Tell("cancelled");
        }));
        FishForMessage<string>(text => text == "cancelled");
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_tick_already_in_the_queue_is_dropped_when_its_timer_is_cancelled()
    {
        Start().Tell(new Run(timers =>
        {
            timers.StartSingleTimer("key", "tick", TimeSpan.FromMilliseconds(10));
            Thread.Sleep(150);
            timers.Cancel("key");
        }));
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_tick_already_in_the_queue_is_dropped_when_its_timer_is_replaced()
    {
        Start().Tell(new Run(timers =>
        {
            timers.StartSingleTimer("key", "old", TimeSpan.FromMilliseconds(10));
            Thread.Sleep(150);
            timers.StartSingleTimer("key", "new", TimeSpan.FromMilliseconds(10));
        }));
        ExpectMsg("new from nobody");
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_timer_started_in_the_constructor_works()
    {
        Sys.ActorOf(Props.Create(() => new Impatient(TestActor)));
        ExpectMsg("from the constructor");
    }

    [Fact]
    public void Timers_end_with_their_actor()
    {
        var actor = Watch(Start());
        actor.Tell(new Run(timers => timers.StartPeriodicTimer("key", "tick", TimeSpan.FromMilliseconds(20))));
        ExpectMsg("tick from nobody");
        Sys.Stop(actor);
        FishForMessage<Terminated>(_ => true);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_receive_timeout_comes_again_and_again_until_it_is_switched_off()
    {
        var actor = Start();
        actor.Tell(TimeSpan.FromMilliseconds(60));
        ExpectMsg("timeout");
        ExpectMsg("timeout");
        actor.Tell("off");
        FishForMessage<string>(text => text == "switched off");
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Messages_keep_a_receive_timeout_away() => AssertOnce(probe =>
    {
        var actor = Start(probe);
        actor.Tell(TimeSpan.FromMilliseconds(500));
        for (var i = 0; i < 8; i++)
        {
            Thread.Sleep(100);
            actor.Tell(new Plain());
        }
        if (probe.HasMessages)
            return false;
        probe.ExpectMsg("timeout");
        return true;
    });

    [Fact]
    public void A_message_marked_so_does_not_keep_a_receive_timeout_away()
    {
        var actor = Start();
        actor.Tell(TimeSpan.FromMilliseconds(200));
        AwaitCondition(
            () =>
            {
                actor.Tell(new NoActivity());
                return HasMessages;
            },
            TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(30));
        ExpectMsg("timeout");
    }

    [Fact]
    public void Ticks_of_a_timer_keep_a_receive_timeout_away_unless_marked() => AssertOnce(probe =>
    {
        var actor = Start(probe);
        actor.Tell(TimeSpan.FromMilliseconds(300));
        actor.Tell(new Run(timers => timers.StartPeriodicTimer("plain", new Plain(), TimeSpan.FromMilliseconds(50))));
        if (probe.ReceiveOne(TimeSpan.FromMilliseconds(600)) is not null)
            return false;
        actor.Tell(new Run(timers =>
        {
            timers.CancelAll();
            timers.StartPeriodicTimer("marked", new NoActivity(), TimeSpan.FromMilliseconds(50));
        }));
        probe.ExpectMsg("timeout");
        return true;
    });

    [Fact]
    public void The_scheduler_tells_later_and_can_be_cancelled()
    {
        var cancelable = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.Zero, TimeSpan.FromMilliseconds(30), TestActor, "again", ActorRefs.NoSender);
        ExpectMsg("again");
        ExpectMsg("again");
        cancelable.Cancel();
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(100), TestActor, "once", TestActor);
        FishForMessage<string>(text => text == "once");
        ExpectNoMsg(Quiet);
    }

    // While the machine stands still a timeout is no defect: then again, with another actor. A defect fails every time.
    private void AssertOnce(Func<TestProbe, bool> attempt) => Assert.Contains(Enumerable.Range(0, 5), _ => attempt(CreateTestProbe()));

    private IActorRef Start() => Start(TestActor);

    private IActorRef Start(IActorRef probe) => Sys.ActorOf(Props.Create(() => new Clockwork(probe)));

    private sealed record Run(Action<ITimerScheduler> With);

    private sealed record Plain;

    private sealed record NoActivity : INotInfluenceReceiveTimeout;

    private sealed class Clockwork : ReceiveActor, IWithTimers
    {
        public Clockwork(IActorRef probe)
        {
            Receive<Run>(run => run.With(Timers));
            Receive<TimeSpan>(timeout => SetReceiveTimeout(timeout));
            Receive<ReceiveTimeout>(_ => probe.Tell("timeout"));
            Receive<string>(text => text == "off", _ =>
            {
                SetReceiveTimeout(null);
                probe.Tell("switched off");
            });
            Receive<string>(text => probe.Tell(text + (Sender.Equals(Context.System.DeadLetters) ? " from nobody" : " from somebody")));
            ReceiveAny(_ => { });
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }

    private sealed class Impatient : ReceiveActor, IWithTimers
    {
        public Impatient(IActorRef probe)
        {
            Timers.StartSingleTimer("key", "from the constructor", TimeSpan.FromMilliseconds(10));
            ReceiveAny(message => probe.Forward(message));
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }
}
