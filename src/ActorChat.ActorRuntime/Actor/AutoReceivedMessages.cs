using Akka.Event;

namespace Akka.Actor;

/// <summary>Marks a message that does not count as activity for the receive timeout.</summary>
public interface INotInfluenceReceiveTimeout;

/// <summary>Stops the actor when its turn comes in the queue: all before it is handled, all after it is dead letters.</summary>
public sealed class PoisonPill : IDeadLetterSuppression
{
    private PoisonPill() { }
    public static PoisonPill Instance { get; } = new();
}

/// <summary>Makes the actor fail with <see cref="ActorKilledException"/> when its turn comes in the queue.</summary>
public sealed class Kill
{
    private Kill() { }
    public static Kill Instance { get; } = new();
}

/// <summary>A watched actor is dead. Left unhandled it kills the watcher too.</summary>
public sealed class Terminated(IActorRef actorRef, bool existenceConfirmed, bool addressTerminated) : IDeadLetterSuppression
{
    public IActorRef ActorRef { get; } = actorRef;
    public bool ExistenceConfirmed { get; } = existenceConfirmed;
    public bool AddressTerminated { get; } = addressTerminated;
    public override string ToString() => $"<Terminated>: {ActorRef} - ExistenceConfirmed={ExistenceConfirmed}";
}

/// <summary>No message came for the time set with SetReceiveTimeout.</summary>
public sealed class ReceiveTimeout
{
    private ReceiveTimeout() { }
    public static ReceiveTimeout Instance { get; } = new();
}
