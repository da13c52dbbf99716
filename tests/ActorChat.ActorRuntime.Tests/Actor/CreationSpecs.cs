using Akka.Actor;

namespace ActorChat.ActorRuntime.Tests;

/// <summary>T25 and Props: how actors come into being, or do not.</summary>
public class CreationSpecs : PatientTestKit
{
    [Theory]
    [InlineData("constructor")]
    [InlineData("PreStart")]
    public void One_that_fails_to_start_is_stopped_and_its_maker_is_none_the_wiser(string where)
    {
        var actor = ActorRefs.NoSender;
        EventFilter.Exception<ActorInitializationException>().ExpectOne(() => actor = Sys.ActorOf(Props.Create(() => new Fails(where))));
        Watch(actor);
        ExpectTerminated(actor);
    }

    [Fact]
    public void The_cause_of_a_failed_start_is_within_the_ActorInitializationException()
    {
        var causes = new List<Exception>();
        Sys.ActorOf(Props.Create(() => new Judge(causes, TestActor)));
        ExpectMsg("judged");
        var error = Assert.IsType<ActorInitializationException>(Assert.Single(causes));
        Assert.Equal("in constructor", error.GetBaseException().Message);
        Assert.EndsWith("/child", error.Actor.Path.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_are_evaluated_once_and_shared_by_all_instances()
    {
        var evaluations = 0;
        var props = Props.Create(() => new Counts(Next(ref evaluations)));
        Assert.Equal(1, evaluations);
        for (var i = 0; i < 2; i++)
        {
            var actor = Sys.ActorOf(props);
            actor.Tell("boom");
            actor.Tell("which?");
            ExpectMsg(1);
        }
        Assert.Equal(1, evaluations);
    }

    [Fact]
    public void A_factory_is_not_taken_for_an_expression()
    {
        Assert.Throws<InvalidCastException>(() => Props.Create(() => Make()));
    }

    [Fact]
    public void Wrong_arguments_fail_the_actor_and_not_its_maker()
    {
        var props = Props.Create(typeof(Counts), "no number");
        EventFilter.Exception<ActorInitializationException>().ExpectOne(() => Sys.ActorOf(props));
    }

    [Fact]
    public void Props_of_a_type_and_of_a_producer_work()
    {
        foreach (var props in new[] { Props.Create<Counts>(7), Props.Create(typeof(Counts), 7), Props.CreateBy(new Producer()) })
        {
            Sys.ActorOf(props).Tell("which?");
            ExpectMsg(7);
            Assert.Equal(typeof(Counts), props.Type);
        }
    }

    [Fact]
    public void The_strategy_of_the_props_goes_before_the_actors_own()
    {
        var props = Props.Create(() => new Counts(1)).WithSupervisorStrategy(SupervisorStrategy.StoppingStrategy);
        Assert.Equal(SupervisorStrategy.StoppingStrategy, props.SupervisorStrategy);
        Sys.ActorOf(props).Tell("which?");
        ExpectMsg(1);
    }

    [Fact]
    public void Children_without_a_name_are_called_dollar_a_and_so_on()
    {
        var parent = Sys.ActorOf(Props.Create(() => new Parent()), "parent");
        parent.Tell(3);
        ExpectMsg("$a, $b, $c");
        parent.Tell("nobody");
        Assert.True(ExpectMsg<IActorRef>().IsNobody());
    }

    [Fact]
    public void An_actor_is_not_made_with_new()
    {
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(() => new Counts(1)));
        using (ExecutionContext.SuppressFlow())
            thread.Start();
        thread.Join();
        Assert.IsType<ActorInitializationException>(error);
    }

    [Fact]
    public void In_the_constructor_there_is_no_sender_and_no_stash_but_a_self()
    {
        Sys.ActorOf(Props.Create(() => new LooksAround(TestActor)), "looking");
        ExpectMsg("constructor: no sender, no stash, looking");
        ExpectMsg("PreStart: no sender, a stash, looking");
    }

    private static int Next(ref int evaluations) => ++evaluations;

    private static Counts Make() => new(1);

    private sealed class Fails : ReceiveActor
    {
        private readonly string where;

        public Fails(string where)
        {
            this.where = where;
            FailIn("constructor");
        }

        protected override void PreStart() => FailIn("PreStart");

        private void FailIn(string here)
        {
            if (where == here)
                throw new InvalidOperationException($"in {here}");
        }
    }

    private sealed class Judge : ReceiveActor
    {
        private readonly List<Exception> causes;
        private readonly IActorRef probe;

        public Judge(List<Exception> causes, IActorRef probe)
        {
            (this.causes, this.probe) = (causes, probe);
            Context.ActorOf(Props.Create(() => new Fails("constructor")), "child");
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
        {
            causes.Add(cause);
            probe.Tell("judged");
            return Directive.Stop;
        });
    }

    private sealed class Counts : ReceiveActor
    {
        public Counts(int number)
        {
            Receive<string>(text => text == "boom", _ => throw new InvalidOperationException("boom"));
            ReceiveAny(_ => Sender.Tell(number));
        }
    }

    private sealed class Producer : IIndirectActorProducer
    {
        public Type ActorType => typeof(Counts);

        public ActorBase Produce() => new Counts(7);

        public void Release(ActorBase actor)
        {
        }
    }

    private sealed class Parent : ReceiveActor
    {
        public Parent()
        {
            Receive<int>(count =>
            {
                for (var i = 0; i < count; i++)
                    Context.ActorOf(Props.Create(() => new Counts(i)));
                Sender.Tell(string.Join(", ", Context.GetChildren().Select(child => child.Path.Name).Order()));
            });
            Receive<string>(name => Sender.Tell(Context.Child(name)));
        }
    }

    private sealed class LooksAround : ReceiveActor, IWithUnboundedStash
    {
        private readonly IActorRef probe;

        public LooksAround(IActorRef probe)
        {
            this.probe = probe;
            Look("constructor");
        }

        public IStash Stash { get; set; } = null!;

        protected override void PreStart() => Look("PreStart");

        private void Look(string where) => probe.Tell(
            $"{where}: {(Sender is null ? "no" : "a")} sender, {(Stash is null ? "no" : "a")} stash, {Self.Path.Name}");
    }
}
