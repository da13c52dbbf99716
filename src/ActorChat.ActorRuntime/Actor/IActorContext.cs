namespace Akka.Actor;

/// <summary>A behaviour; false means that the message was not handled.</summary>
public delegate bool Receive(object message);

public delegate void UntypedReceive(object message);

public interface IActorRefFactory
{
    IActorRef ActorOf(Props props, string? name = null);
}

public static class ActorRefFactoryExtensions
{
    public static IActorRef ActorOf<TActor>(this IActorRefFactory factory, string? name = null)
        where TActor : ActorBase, new() => factory.ActorOf(Props.Create<TActor>(), name);
}

public interface ICanWatch
{
    IActorRef Watch(IActorRef subject);
    IActorRef WatchWith(IActorRef subject, object message);
    IActorRef Unwatch(IActorRef subject);
}

/// <summary>The world as one actor sees it. Only valid on the thread that runs the actor.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    IActorRef Self { get; }

    IActorRef Sender { get; }

    IActorRef Parent { get; }

    ActorSystem System { get; }

    Props Props { get; }

    TimeSpan? ReceiveTimeout { get; }

    void SetReceiveTimeout(TimeSpan? timeout);
    IActorRef Child(string name);

    IEnumerable<IActorRef> GetChildren();

    /// <summary>For children and Self.</summary>
    void Stop(IActorRef child);


    void Become(Receive receive);
    void BecomeStacked(Receive receive);
    void UnbecomeStacked();
}

public interface IUntypedActorContext : IActorContext
{
    void Become(UntypedReceive receive);
    void BecomeStacked(UntypedReceive receive);
}
