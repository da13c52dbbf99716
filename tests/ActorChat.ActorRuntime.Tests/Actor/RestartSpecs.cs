using Akka.Actor;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>T18: what a restart takes away and what it leaves.</summary>
public class RestartSpecs : PatientTestKit
{
    [Fact]
    public void The_behaviour_is_the_first_one_again()
    {
        var actor = Start();
        actor.Tell("become");
        actor.Tell("ask");
        ExpectMsg("other");
        actor.Tell("boom");
        actor.Tell("ask");
        ExpectMsg("first");
    }

    [Fact]
    public void Timers_are_cancelled()
    {
        var actor = Start();
        actor.Tell("timer and boom");
        ExpectNoMsg(TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public void Stashed_messages_come_first()
    {
        var actor = Start();
        actor.Tell("stash 1");
        actor.Tell("stash 2");
        actor.Tell("boom");
        actor.Tell("ask");
        ExpectMsg("replayed stash 1");
        ExpectMsg("replayed stash 2");
        ExpectMsg("first");
    }

    [Fact]
    public void Whom_it_watches_stays_watched()
    {
        var probe = CreateTestProbe();
        var actor = Start();
        actor.Tell(probe.Ref);
        actor.Tell("boom");
        actor.Tell("ask");
        ExpectMsg("first");
        Sys.Stop(probe.Ref);
        ExpectMsg("terminated");
    }

    [Fact]
    public void The_receive_timeout_stays_set()
    {
        var actor = Start();
        actor.Tell("timeout");
        actor.Tell("boom");
        ExpectMsg("timed out");
    }

    [Fact]
    public void Those_who_watch_it_are_told_of_its_end_and_not_of_a_restart()
    {
        var actor = Watch(Start());
        actor.Tell("boom");
        actor.Tell("ask");
        ExpectMsg("first");
        Sys.Stop(actor);
        ExpectTerminated(actor);
    }

    private IActorRef Start() => Sys.ActorOf(Props.Create(() => new Restarted(TestActor, new int[1])));

    private sealed class Restarted : ReceiveActor, IWithTimers, IWithUnboundedStash
    {
        public Restarted(IActorRef probe, int[] incarnations)
        {
            var isFirst = incarnations[0]++ == 0;
            Receive<string>(text => text == "boom", _ => throw new InvalidOperationException("boom"));
            Receive<string>(text => text == "ask", _ => probe.Tell("first"));
            Receive<string>(text => text == "become", _ => Become(() => Other(probe)));
            Receive<string>(text => text == "timer and boom", text =>
            {
                // In one message, for between two of them it may fire.
                Timers.StartSingleTimer("key", "timer fired", TimeSpan.FromMilliseconds(100));
                throw new InvalidOperationException(text);
            });
            Receive<string>(text => text == "timeout", _ => SetReceiveTimeout(TimeSpan.FromMilliseconds(100)));
            Receive<string>(text => text.StartsWith("stash", StringComparison.Ordinal) && isFirst, _ => Stash.Stash());
            Receive<string>(text => text.StartsWith("stash", StringComparison.Ordinal), text => probe.Tell("replayed " + text));
            Receive<string>(text => probe.Tell(text));
            Receive<IActorRef>(subject => Context.Watch(subject));
            Receive<Terminated>(_ => probe.Tell("terminated"));
            Receive<ReceiveTimeout>(_ =>
            {
                SetReceiveTimeout(null);
                probe.Tell("timed out");
            });
        }

        public ITimerScheduler Timers { get; set; } = null!;

        public IStash Stash { get; set; } = null!;

        private void Other(IActorRef probe)
        {
            Receive<string>(text => text == "boom", _ => throw new InvalidOperationException("boom"));
            Receive<string>(_ => probe.Tell("other"));
        }
    }
}
