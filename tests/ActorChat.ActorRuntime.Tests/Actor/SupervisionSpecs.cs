using Akka.Actor;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>T17, T27, T29 and what a strategy can decide.</summary>
public class SupervisionSpecs : PatientTestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(150);

    [Fact]
    public void A_restart_goes_through_its_hooks_and_keeps_the_reference_and_the_queue()
    {
        var child = ChildOf(SupervisorStrategy.DefaultStrategy, "a");
        ExpectMsg("a: new");
        child.Tell("boom");
        child.Tell("next");
        ExpectMsg("a: PreRestart boom");
        ExpectMsg("a: PostStop");
        ExpectMsg("a: new");
        ExpectMsg("a: PostRestart");
        ExpectMsg("a: next");
        Assert.Equal(child, LastSender);
    }

    [Fact]
    public void Resume_keeps_the_instance_and_drops_the_message()
    {
        var child = ChildOf(new OneForOneStrategy(_ => Directive.Resume), "a");
        ExpectMsg("a: new");
        child.Tell("boom");
        child.Tell("next");
        ExpectMsg("a: next");
    }

    [Fact]
    public void Stop_ends_the_child()
    {
        var child = ChildOf(SupervisorStrategy.StoppingStrategy, "a");
        ExpectMsg("a: new");
        child.Tell("boom");
        ExpectMsg("a: PostStop");
    }

    [Fact]
    public void Escalate_makes_the_failure_the_parents_own()
    {
        var grandparent = Sys.ActorOf(Props.Create(() => new Parent(TestActor, new OneForOneStrategy(_ => Directive.Escalate))));
        var child = Make(grandparent, "a");
        ExpectMsg("a: new");
        child.Tell("boom");
        ExpectMsg("a: PostStop");
        ExpectNoMsg(Short);
        Make(grandparent, "b");
        ExpectMsg("b: new");
    }

    [Fact]
    public void AllForOne_restarts_the_siblings_too_with_no_message()
    {
        var parent = Sys.ActorOf(Props.Create(() => new Parent(TestActor, new AllForOneStrategy(_ => Directive.Restart))));
        var failing = Make(parent, "a");
        Make(parent, "b");
        ExpectMsgAllOf("a: new", "b: new");
        failing.Tell("boom");
        ExpectMsgAllOf(
            "a: PreRestart boom", "a: PostStop", "a: new", "a: PostRestart",
            "b: PreRestart ", "b: PostStop", "b: new", "b: PostRestart");
    }

    [Fact]
    public void The_failure_after_the_last_permitted_restart_stops_the_child()
    {
        var child = ChildOf(new OneForOneStrategy(2, TimeSpan.FromMinutes(10), _ => Directive.Restart), "a");
        Watch(child);
        ExpectMsg("a: new");
        for (var i = 0; i < 2; i++)
        {
            child.Tell("boom");
            foreach (var expected in new[] { "a: PreRestart boom", "a: PostStop", "a: new", "a: PostRestart" })
                ExpectMsg(expected);
        }
        child.Tell("boom");
        ExpectMsg("a: PostStop");
        ExpectTerminated(child);
    }

    [Fact]
    public void A_limit_of_zero_means_no_restart()
    {
        var child = ChildOf(new OneForOneStrategy(0, Timeout.Infinite, _ => Directive.Restart), "a");
        ExpectMsg("a: new");
        child.Tell("boom");
        ExpectMsg("a: PostStop");
        ExpectNoMsg(Short);
    }

    [Fact]
    public void Each_child_has_a_count_of_its_own()
    {
        var parent = Sys.ActorOf(Props.Create(() =>
            new Parent(TestActor, new OneForOneStrategy(1, TimeSpan.FromMinutes(10), _ => Directive.Restart))));
        foreach (var name in new[] { "a", "b" })
        {
            var child = Make(parent, name);
            ExpectMsg($"{name}: new");
            child.Tell("boom");
            foreach (var expected in new[] { "PreRestart boom", "PostStop", "new", "PostRestart" })
                ExpectMsg($"{name}: {expected}");
        }
    }

    [Fact]
    public void A_decider_takes_the_first_type_that_fits()
    {
        var decider = Decider.From(
            Directive.Escalate, Directive.Resume.When<ArgumentException>(), Directive.Stop.When<InvalidOperationException>());
        Assert.Equal(Directive.Resume, decider.Decide(new ArgumentNullException()));
        Assert.Equal(Directive.Stop, decider.Decide(new ObjectDisposedException("it")));
        Assert.Equal(Directive.Escalate, decider.Decide(new FormatException()));
    }

    [Fact]
    public void Kill_is_a_failure_that_stops_by_default()
    {
        var child = ChildOf(SupervisorStrategy.DefaultStrategy, "a");
        ExpectMsg("a: new");
        EventFilter.Exception<ActorKilledException>().ExpectOne(() => child.Tell(Kill.Instance));
        ExpectMsg("a: PostStop");
    }

    [Fact]
    public void A_failure_is_logged_with_its_cause()
    {
        var child = ChildOf(SupervisorStrategy.DefaultStrategy, "a");
        EventFilter.Exception<InvalidOperationException>(message: "boom").ExpectOne(() => child.Tell("boom"));
    }

    [Fact]
    public void One_that_fails_disturbs_no_other()
    {
        var parent = Sys.ActorOf(Props.Create(() => new Parent(TestActor, SupervisorStrategy.DefaultStrategy)));
        var failing = Make(parent, "a");
        var healthy = Make(parent, "b");
        ExpectMsgAllOf("a: new", "b: new");
        IgnoreMessages<string>(text => text.StartsWith("a:", StringComparison.Ordinal));
        for (var i = 0; i < 20; i++)
        {
            failing.Tell("boom");
            healthy.Tell(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            ExpectMsg($"b: {i}");
        }
    }

    [Fact]
    public void Children_that_PreRestart_keeps_are_restarted_with_their_parent()
    {
        var parent = Sys.ActorOf(Props.Create(() => new KeepsChildren(TestActor)));
        ExpectMsg("kept: new");
        parent.Tell("boom");
        ExpectMsg("kept: PreRestart ");
        ExpectMsg("kept: PostStop");
        ExpectMsg("kept: new");
        ExpectMsg("kept: PostRestart");
    }

    [Fact]
    public void A_failing_PreRestart_does_not_prevent_the_restart()
    {
        var actor = Sys.ActorOf(Props.Create(() => new FailsInHook("PreRestart")));
        actor.Tell("boom");
        actor.Tell("still there?");
        ExpectMsg("still there?");
    }

    [Fact]
    public void A_failing_PostRestart_stops_the_actor()
    {
        var actor = Watch(Sys.ActorOf(Props.Create(() => new FailsInHook("PostRestart"))));
        actor.Tell("boom");
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_failing_PostStop_does_not_prevent_the_end()
    {
        var actor = Watch(Sys.ActorOf(Props.Create(() => new FailsInHook("PostStop"))));
        Sys.Stop(actor);
        ExpectTerminated(actor);
    }

    private IActorRef ChildOf(SupervisorStrategy strategy, string name) =>
        Make(Sys.ActorOf(Props.Create(() => new Parent(TestActor, strategy))), name);

    private static IActorRef Make(IActorRef parent, string name) =>
        parent.Ask<IActorRef>(name, TimeSpan.FromSeconds(20)).GetAwaiter().GetResult();

    private sealed class Parent : ReceiveActor
    {
        private readonly SupervisorStrategy strategy;

        public Parent(IActorRef probe, SupervisorStrategy strategy)
        {
            this.strategy = strategy;
            Receive<string>(name => Sender.Tell(Context.ActorOf(Props.Create(() => new Child(probe, name)), name)));
        }

        protected override SupervisorStrategy SupervisorStrategy() => strategy;
    }

    private sealed class Child : ReceiveActor
    {
        private readonly IActorRef probe;
        private readonly string name;

        public Child(IActorRef probe, string name)
        {
            (this.probe, this.name) = (probe, name);
            Say("new");
            Receive<string>(text =>
            {
                if (text == "boom")
                    throw new InvalidOperationException(text);
                Say(text);
            });
        }

        protected override void PreRestart(Exception reason, object message)
        {
            Say($"PreRestart {message}");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason) => Say("PostRestart");

        protected override void PostStop() => Say("PostStop");

        private void Say(string text) => probe.Tell($"{name}: {text}");
    }

    private sealed class KeepsChildren : ReceiveActor
    {
        public KeepsChildren(IActorRef probe)
        {
            if (Context.Child("kept").IsNobody())
                Context.ActorOf(Props.Create(() => new Child(probe, "kept")), "kept");
            Receive<string>(text => throw new InvalidOperationException(text));
        }

        protected override void PreRestart(Exception reason, object message)
        {
        }
    }

    private sealed class FailsInHook : ReceiveActor
    {
        private readonly string hook;

        public FailsInHook(string hook)
        {
            this.hook = hook;
            Receive<string>(text => text == "boom", text => throw new InvalidOperationException(text));
            Receive<string>(text => Sender.Tell(text));
        }

        protected override void PreRestart(Exception reason, object message) => FailIn("PreRestart");

        protected override void PostRestart(Exception reason) => FailIn("PostRestart");

        protected override void PostStop() => FailIn("PostStop");

        private void FailIn(string here)
        {
            if (hook == here)
                throw new InvalidOperationException($"in {here}");
        }
    }
}
