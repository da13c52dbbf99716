using Akka.Actor;
using Akka.Event;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>T21: messages put aside.</summary>
public class StashSpecs : PatientTestKit
{
    [Fact]
    public void Stashed_messages_come_back_in_order_before_all_others_and_with_their_senders()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Gate(TestActor)));
        var other = CreateTestProbe();
        actor.Tell("a");
        actor.Tell("b", other);
        actor.Tell(new Open(50));
        actor.Tell("c");
        foreach (var (text, sender) in new[] { ("a", TestActor), ("b", other.Ref), ("c", TestActor) })
            ExpectMsg<(string, IActorRef)>(got => got.Item1 == text && got.Item2.Equals(sender));
    }

    [Fact]
    public void One_message_cannot_be_stashed_twice()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StashesTwice()));
        EventFilter.Exception<IllegalActorStateException>().ExpectOne(() => actor.Tell("twice"));
    }

    [Fact]
    public void What_is_stashed_when_an_actor_ends_is_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var actor = Sys.ActorOf(Props.Create(() => new Gate(TestActor)));
        actor.Tell("kept");
        actor.Tell(PoisonPill.Instance);
        Assert.Equal("kept", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void An_asynchronous_handler_can_stash()
    {
        var actor = Sys.ActorOf(Props.Create(() => new StashesLater(TestActor)));
        actor.Tell("later");
        actor.Tell(1);
        ExpectMsg(1);
        ExpectMsg("later");
    }

    [Fact]
    public void Unstash_returns_the_oldest_one()
    {
        var actor = Sys.ActorOf(Props.Create(() => new OneByOne(TestActor)));
        actor.Tell("a");
        actor.Tell("b");
        actor.Tell(1);
        ExpectMsg("a");
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    private sealed record Open(int AfterMilliseconds);

    private sealed class Gate : ReceiveActor, IWithUnboundedStash
    {
        public Gate(IActorRef probe)
        {
            Receive<Open>(open =>
            {
                Thread.Sleep(open.AfterMilliseconds);
                Become(() => Receive<string>(text => probe.Tell((text, Sender))));
                Stash.UnstashAll();
            });
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class StashesTwice : ReceiveActor, IWithStash
    {
        public StashesTwice() => ReceiveAny(_ =>
        {
            Stash.Stash();
            Stash.Stash();
        });

        public IStash Stash { get; set; } = null!;

        protected override void PostRestart(Exception reason) => Become(() => ReceiveAny(_ => { }));
    }

    private sealed class StashesLater : ReceiveActor, IWithUnboundedStash
    {
        public StashesLater(IActorRef probe)
        {
            var isOpen = false;
            ReceiveAsync<string>(async text =>
            {
                await Task.Delay(20);
                if (isOpen)
                    probe.Tell(text);
                else
                    Stash.Stash();
            });
            Receive<int>(i =>
            {
                isOpen = true;
                probe.Tell(i);
                Stash.UnstashAll();
            });
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class OneByOne : ReceiveActor, IWithUnboundedStash
    {
        public OneByOne(IActorRef probe)
        {
            Receive<string>(_ => Stash.Stash());
            Receive<int>(_ =>
            {
                Become(() => Receive<string>(text => probe.Tell(text)));
                Stash.Unstash();
            });
        }

        public IStash Stash { get; set; } = null!;
    }
}
