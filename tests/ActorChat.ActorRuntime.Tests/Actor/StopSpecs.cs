using Akka.Actor;
using Akka.Event;
using Akka.TestKit;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>T3, T4, T5, T26: stopping, and what becomes of the messages still waiting.</summary>
public class StopSpecs : PatientTestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_stop_overtakes_messages_that_already_wait()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var parent = Sys.ActorOf(Props.Create(() => new Parent(TestActor)));
        parent.Tell("go");
        ExpectMsg("first");
        ExpectMsg("stopped");
        Assert.Equal("second", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void A_poison_pill_waits_for_its_turn()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var gate = new ManualResetEventSlim();
        var recorder = Watch(Sys.ActorOf(Props.Create(() => new Recorder(TestActor, gate))));
        recorder.Tell(1);
        recorder.Tell(2);
        recorder.Tell(PoisonPill.Instance);
        recorder.Tell(3);
        gate.Set();
        ExpectMsg(1);
        ExpectMsg(2);
        var rest = ReceiveN(2, Patience);
        Assert.Equal(recorder, Assert.Single(rest.OfType<Terminated>()).ActorRef);
        Assert.Equal(3, Assert.Single(rest.OfType<DeadLetter>()).Message);
    }

    [Fact]
    public void An_actor_that_stops_itself_finishes_the_message_in_hand()
    {
        var suicide = Watch(Sys.ActorOf(Props.Create(() => new StopsItself())));
        suicide.Tell("now");
        ExpectMsg("still here");
        ExpectTerminated(suicide);
    }

    [Fact]
    public void Children_have_stopped_before_their_parent_does()
    {
        var top = Watch(Sys.ActorOf(Props.Create(() => new Family(TestActor, 2)), "top"));
        ExpectMsg("started");
        Sys.Stop(top);
        ExpectMsg("child stopped");
        ExpectMsg("parent stopped");
        ExpectTerminated(top);
    }

    [Fact]
    public async Task The_end_of_a_system_waits_for_every_PostStop()
    {
        var stopped = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var system = ActorSystem.Create("ending");
        var top = system.ActorOf(Props.Create(() => new Notes(stopped, true)));
        Assert.Equal("ready", await top.Ask<string>("ready?", Patience));
        await system.Terminate().WaitAsync(Patience);
        Assert.Equal(["child", "parent"], stopped);
        top.Tell("nobody hears this");
        await Assert.ThrowsAsync<AskTimeoutException>(() => top.Ask("nor this", TimeSpan.FromMilliseconds(50)));
        Assert.Throws<InvalidOperationException>(() => system.ActorOf(Props.Create(() => new Notes(stopped, false))));
        await system.Terminate();
    }

    private sealed class Parent : ReceiveActor
    {
        public Parent(IActorRef probe)
        {
            var (begun, gate) = (new ManualResetEventSlim(), new ManualResetEventSlim());
            var child = Context.ActorOf(Props.Create(() => new Child(probe, begun, gate)));
            Receive<string>(_ =>
            {
                child.Tell("first");
                child.Tell("second");
                begun.Wait(Patience);
                Context.Stop(child);
                gate.Set();
            });
        }
    }

    private sealed class Child : ReceiveActor
    {
        private readonly IActorRef probe;

        public Child(IActorRef probe, ManualResetEventSlim begun, ManualResetEventSlim gate)
        {
            this.probe = probe;
            Receive<string>(text =>
            {
                probe.Tell(text);
                begun.Set();
                gate.Wait(Patience);
            });
        }

        protected override void PostStop() => probe.Tell("stopped");
    }

    private sealed class Recorder : ReceiveActor
    {
        public Recorder(IActorRef probe, ManualResetEventSlim gate) => ReceiveAny(message =>
        {
            gate.Wait(Patience);
            probe.Tell(message);
        });
    }

    private sealed class StopsItself : ReceiveActor
    {
        public StopsItself() => ReceiveAny(_ =>
        {
            Context.Stop(Self);
            Sender.Tell("still here");
        });
    }

    private sealed class Family : ReceiveActor
    {
        private readonly IActorRef probe;
        private readonly int generations;

        public Family(IActorRef probe, int generations)
        {
            this.probe = probe;
            this.generations = generations;
            if (generations > 1)
                Context.ActorOf(Props.Create(() => new Family(probe, generations - 1)));
            else
                probe.Tell("started");
        }

        protected override void PostStop() => probe.Tell(generations > 1 ? "parent stopped" : "child stopped");
    }

    private sealed class Notes : ReceiveActor
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> stopped;
        private readonly bool isParent;

        public Notes(System.Collections.Concurrent.ConcurrentQueue<string> stopped, bool isParent)
        {
            this.stopped = stopped;
            this.isParent = isParent;
            if (isParent)
                Context.ActorOf(Props.Create(() => new Notes(stopped, false)));
            ReceiveAny(_ => Sender.Tell("ready"));
        }

        protected override void PostStop() => stopped.Enqueue(isParent ? "parent" : "child");
    }
}
