using Akka.Actor;

namespace Akka.TestKit;

/// <summary>The actor behind a kit or a probe: it puts all it gets into the queue that the test reads.</summary>
internal sealed class TestActor(MessageQueue queue) : UntypedActor
{
    private Func<object, bool>? ignore;
    private SupervisorStrategy? childStrategy;

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(-1, -1, cause => (childStrategy ?? Actor.SupervisorStrategy.DefaultStrategy).Decider.Decide(cause));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Command command:
                Sender.Tell(command.Run(Context));
                break;
            case SetIgnore set:
                ignore = set.Predicate;
                break;
            case SpawnChild spawn:
                childStrategy = spawn.Strategy ?? childStrategy;
                Sender.Tell(Context.ActorOf(spawn.Props, spawn.Name));
                break;
            default:
                if (ignore?.Invoke(message) != true)
                    queue.Add(new MessageEnvelope(message, Sender));
                break;
        }
    }

    /// <summary>Something to do in the context of the test actor; answered, so that it is done when the test goes on.</summary>
    internal sealed record Command(Func<IActorContext, object> Run);
    internal sealed record SetIgnore(Func<object, bool>? Predicate);
    internal sealed record SpawnChild(Props Props, string? Name, SupervisorStrategy? Strategy);
}
