using Akka.Actor;
using Akka.Event;

namespace ActorChat.ActorRuntime.Tests;

public class ReceiveActorSpecs : PatientTestKit
{
    [Fact]
    public void Handlers_are_tried_in_order_and_the_first_that_takes_the_message_wins()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Tries(TestActor)));
        foreach (var (message, expected) in new (object, string)[]
        {
            (200, "big"), (5, "int"), ("skip", "second"), ("first", "first"), (new ArgumentNullException("it"), "argument"), (1.5, "any"),
        })
        {
            actor.Tell(message);
            ExpectMsg(expected);
        }
    }

    [Fact]
    public void Nothing_can_be_registered_after_a_handler_of_everything()
    {
        Refused<AfterAny>();
        Refused<AfterObject>();
    }

    [Fact]
    public void Handlers_are_registered_in_the_constructor_and_in_Become_only()
    {
        var actor = Sys.ActorOf(Props.Create(() => new TooLate()));
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => actor.Tell("now"));
    }

    [Fact]
    public void A_message_without_handler_is_published_as_unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        var actor = Sys.ActorOf(Props.Create(() => new TooLate()));
        actor.Tell(42);
        var unhandled = ExpectMsg<UnhandledMessage>();
        Assert.Equal((42, TestActor, actor), (unhandled.Message, unhandled.Sender, unhandled.Recipient));
    }

    [Fact]
    public void Behaviours_are_replaced_stacked_and_taken_off_again()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Moody(TestActor)));
        foreach (var (command, expected) in new[]
        {
            ("who", "first"), ("stack", "stacked"), ("become", "replaced"), ("unbecome", "first"), ("unbecome", "first"),
        })
        {
            actor.Tell(command);
            if (command != "who")
                actor.Tell("who");
            ExpectMsg(expected);
        }
    }

    [Fact]
    public void An_untyped_actor_changes_its_behaviour_too()
    {
        var actor = Sys.ActorOf(Props.Create(() => new UntypedMoody()));
        foreach (var expected in new[] { "first", "second", "first" })
        {
            actor.Tell("who");
            ExpectMsg(expected);
        }
    }

    private void Refused<T>()
        where T : ActorBase, new() =>
        EventFilter.Exception<ActorInitializationException>().ExpectOne(() => Sys.ActorOf(Props.Create<T>()));

    private sealed class Tries : ReceiveActor
    {
        public Tries(IActorRef probe)
        {
            Receive<int>(_ => probe.Tell("big"), i => i > 100);
            Receive<int>(_ => probe.Tell("int"));
            Receive<string>(text =>
            {
                if (text == "skip")
                    return false;
                probe.Tell("first");
                return true;
            });
            Receive<string>(_ => probe.Tell("second"));
            Receive<ArgumentException>(_ => probe.Tell("argument"));
            ReceiveAny(_ => probe.Tell("any"));
        }
    }

    private sealed class AfterAny : ReceiveActor
    {
        public AfterAny()
        {
            ReceiveAnyAsync(_ => Task.CompletedTask);
            Receive<int>(_ => { });
        }
    }

    private sealed class AfterObject : ReceiveActor
    {
        public AfterObject()
        {
            Receive<object>(_ => { });
            ReceiveAny(_ => { });
        }
    }

    private sealed class TooLate : ReceiveActor
    {
        public TooLate() => Receive<string>(_ => Receive<int>(_ => { }));
    }

    private sealed class Moody : ReceiveActor
    {
        private readonly IActorRef probe;

        public Moody(IActorRef probe)
        {
            this.probe = probe;
            Be("first");
        }

        private void Be(string mood)
        {
            Receive<string>(text => text == "who", _ => probe.Tell(mood));
            Receive<string>(text => text == "stack", _ => BecomeStacked(() => Be("stacked")));
            Receive<string>(text => text == "become", _ => Become(() => Be("replaced")));
            Receive<string>(text => text == "unbecome", _ => UnbecomeStacked());
        }
    }

    private sealed class UntypedMoody : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            Sender.Tell("first");
            BecomeStacked(Second);
        }

        private void Second(object message)
        {
            Sender.Tell("second");
            UnbecomeStacked();
        }
    }
}
