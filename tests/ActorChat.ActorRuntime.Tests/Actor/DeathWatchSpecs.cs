using Akka.Actor;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>T22, T23, T24: names and deaths.</summary>
public class DeathWatchSpecs : PatientTestKit
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(150);

    [Fact]
    public void A_name_is_free_again_when_the_death_of_its_bearer_is_heard_of_and_not_before()
    {
        var parent = Sys.ActorOf(Props.Create(() => new Namer(TestActor)));
        parent.Tell("go");
        ExpectMsg("taken: InvalidActorNameException");
        ExpectMsg("found while it stops");
        ExpectMsg("free");
    }

    [Fact]
    public void Watching_twice_is_watching_once()
    {
        var subject = CreateTestProbe();
        Watch(subject);
        Watch(subject);
        Sys.Stop(subject);
        ExpectTerminated(subject);
        Assert.Equal(subject.Ref, LastSender);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Watching_the_dead_is_answered_at_once()
    {
        var subject = CreateTestProbe().Ref;
        Watch(subject);
        Sys.Stop(subject);
        Assert.True(ExpectTerminated(subject).ExistenceConfirmed);
        Watch(subject);
        Assert.False(ExpectTerminated(subject).ExistenceConfirmed);
    }

    [Fact]
    public void Unwatch_takes_back_a_death_that_is_already_in_the_queue()
    {
        var subject = CreateTestProbe().Ref;
        var watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        watcher.Tell(subject);
        ExpectMsg("watching");
        watcher.Tell(600);
        ExpectMsg("busy");
        Sys.Stop(subject);
        ExpectMsg("unwatched");
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void The_death_of_a_child_comes_after_all_that_it_had_said()
    {
        Sys.ActorOf(Props.Create(() => new Listener(TestActor)));
        for (var i = 0; i < 100; i++)
            ExpectMsg(i);
        ExpectMsg("dead");
    }

    [Fact]
    public void Watching_oneself_does_nothing()
    {
        var watcher = Watch(Sys.ActorOf(Props.Create(() => new Watcher(TestActor))));
        watcher.Tell(watcher);
        ExpectMsg("watching");
        Sys.Stop(watcher);
        ExpectTerminated(watcher);
    }

    [Fact]
    public void A_death_can_be_told_in_ones_own_words()
    {
        var subject = CreateTestProbe().Ref;
        var watcher = Sys.ActorOf(Props.Create(() => new WatchesWith(TestActor, subject)));
        watcher.Tell("ready?");
        ExpectMsg("ready?");
        Sys.Stop(subject);
        ExpectMsg("it is gone");
    }

    [Fact]
    public void Whoever_does_not_handle_a_death_dies_too()
    {
        var subject = CreateTestProbe().Ref;
        var watcher = Watch(Sys.ActorOf(Props.Create(() => new Pact(subject))));
        watcher.Tell("ready?");
        ExpectMsg("ready?");
        EventFilter.Exception<DeathPactException>().ExpectOne(() => Sys.Stop(subject));
        ExpectTerminated(watcher);
    }

    [Fact]
    public void ReceiveAny_handles_a_death()
    {
        var subject = CreateTestProbe().Ref;
        var watcher = Sys.ActorOf(Props.Create(() => new HandlesAny(TestActor, subject)));
        watcher.Tell("ready?");
        ExpectMsg("String");
        Sys.Stop(subject);
        ExpectMsg("Terminated");
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a/b")]
    [InlineData("$reserved")]
    [InlineData("grüße")]
    [InlineData("what?")]
    public void Some_names_are_not_allowed(string name)
    {
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create(() => new Watcher(TestActor)), name));
    }

    [Fact]
    public void An_escaped_name_is_allowed_and_a_duplicate_is_not()
    {
        var name = Uri.EscapeDataString("grüße an Ann & Bob");
        Assert.Equal(name, Sys.ActorOf(Props.Create(() => new Watcher(TestActor)), name).Path.Name);
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Props.Create(() => new Watcher(TestActor)), name));
    }

    [Fact]
    public void A_new_incarnation_under_an_old_name_is_somebody_else()
    {
        var first = Watch(Sys.ActorOf(Props.Create(() => new Watcher(TestActor)), "same"));
        Sys.Stop(first);
        ExpectTerminated(first);
        var second = first;
        // The guardian frees the name in its own time: a watcher may hear of the death before.
        AwaitAssert(() => second = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)), "same"));
        Assert.NotEqual(first, second);
        Assert.Equal(first.Path.ToString(), second.Path.ToString());
        Assert.Equal($"akka://{Sys.Name}/user/same", second.Path.ToString());
        Assert.Equal($"[akka://{Sys.Name}/user/same#{second.Path.Uid}]", second.ToString());
    }

    private sealed class Namer : ReceiveActor
    {
        public Namer(IActorRef probe)
        {
            var child = Make();
            Context.Watch(child);
            Receive<string>(_ =>
            {
                Context.Stop(child);
                try
                {
                    Make();
                }
                catch (Exception e)
                {
                    probe.Tell($"taken: {e.GetType().Name}");
                }
                probe.Tell(Context.Child("child").Equals(child) ? "found while it stops" : "gone");
            });
            Receive<Terminated>(_ =>
            {
                Make();
                probe.Tell("free");
            });
        }

        private static IActorRef Make() => Context.ActorOf(Props.Create(() => new Sleeper()), "child");
    }

    private sealed class Sleeper : ReceiveActor
    {
        protected override void PostStop() => Thread.Sleep(100);
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef probe)
        {
            IActorRef? subject = null;
            Receive<IActorRef>(actor =>
            {
                subject = Context.Watch(actor);
                probe.Tell("watching");
            });
            Receive<int>(milliseconds =>
            {
                probe.Tell("busy");
                Thread.Sleep(milliseconds);
                Context.Unwatch(subject!);
                probe.Tell("unwatched");
            });
            Receive<Terminated>(_ => probe.Tell("terminated"));
        }
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(IActorRef probe)
        {
            Context.Watch(Context.ActorOf(Props.Create(() => new Talker())));
            Receive<int>(i => probe.Tell(i));
            Receive<Terminated>(_ => probe.Tell("dead"));
        }
    }

    private sealed class Talker : ReceiveActor
    {
        protected override void PreStart()
        {
            for (var i = 0; i < 100; i++)
                Context.Parent.Tell(i);
            Context.Stop(Self);
        }
    }

    private sealed class WatchesWith : ReceiveActor
    {
        public WatchesWith(IActorRef probe, IActorRef subject)
        {
            Context.WatchWith(subject, "it is gone");
            Receive<string>(text => probe.Tell(text));
        }
    }

    private sealed class Pact : ReceiveActor
    {
        public Pact(IActorRef subject)
        {
            Context.Watch(subject);
            Receive<string>(text => Sender.Tell(text));
        }
    }

    private sealed class HandlesAny : ReceiveActor
    {
        public HandlesAny(IActorRef probe, IActorRef subject)
        {
            Context.Watch(subject);
            ReceiveAny(message => probe.Tell(message.GetType().Name));
        }
    }
}
