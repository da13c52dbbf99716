namespace Akka.Actor;

public interface ICanTell
{
    void Tell(object message, IActorRef? sender);
}

/// <summary>A handle of an actor. It stays valid after the actor has died; then what is told becomes a dead letter.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, IComparable
{
    ActorPath Path { get; }
}

/// <summary>What the runtime itself needs of a reference: a way in that overtakes ordinary messages.</summary>
internal interface IInternalActorRef : IActorRef
{
    /// <summary>Null for a reference that belongs to no system.</summary>
    ActorSystem? System { get; }

    void SendSystemMessage(SystemMessage message);
}

public static class ActorRefImplicitSenderExtensions
{
    /// <summary>Tells with the actor that runs on this thread as the sender, if there is one.</summary>
    public static void Tell(this IActorRef receiver, object message) =>
        receiver.Tell(message, ActorCell.Current?.Self);

    /// <summary>Tells with the sender of the message in hand, so that the answer goes there.</summary>
    public static void Forward(this IActorRef receiver, object message) =>
        receiver.Tell(message, ActorCell.Current?.Sender);
}

public static class ActorRefs
{
    public static readonly Nobody Nobody = Nobody.Instance;
    public static readonly IActorRef NoSender = null!;

    public static bool IsNobody(this IActorRef? actorRef) => actorRef is null or Actor.Nobody;
}

internal abstract class ActorRefBase : IInternalActorRef
{
    public abstract ActorPath Path { get; }

    public abstract ActorSystem? System { get; }

    public abstract void Tell(object message, IActorRef? sender);
    public abstract void SendSystemMessage(SystemMessage message);

    // The uid is part of it: a new actor under an old name is somebody else.
    public bool Equals(IActorRef? other) =>
        ReferenceEquals(this, other) || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    public override bool Equals(object? obj) => Equals(obj as IActorRef);
    public override int GetHashCode() => Path.Uid == 0 ? Path.GetHashCode() : Path.Uid.GetHashCode();

    public int CompareTo(IActorRef? other)
    {
        var byPath = Path.CompareTo(other?.Path);
        return byPath != 0 ? byPath : Path.Uid.CompareTo(other!.Path.Uid);
    }

    public int CompareTo(object? obj) => obj is IActorRef other
        ? CompareTo(other)
        : throw new ArgumentException("An actor reference can be compared only with another one.", nameof(obj));

    public override string ToString() => $"[{Path.ToStringWithUid()}]";
}

/// <summary>The reference of no one; what it is told vanishes.</summary>
public sealed class Nobody : IActorRef, IInternalActorRef
{
    public static readonly Nobody Instance = new();
    private Nobody() { }
    public ActorPath Path { get; } = new ActorPath(new Address("akka", "all-systems")) / "Nobody";

    ActorSystem? IInternalActorRef.System => null;

    public void Tell(object message, IActorRef? sender) { }
    void IInternalActorRef.SendSystemMessage(SystemMessage message) => message.BounceFrom(this);
    public bool Equals(IActorRef? other) => ReferenceEquals(this, other);
    public int CompareTo(IActorRef? other) => Path.CompareTo(other?.Path);
    public int CompareTo(object? obj) => CompareTo(obj as IActorRef);
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);
    public override int GetHashCode() => 0;
    public override string ToString() => "[Nobody]";
}
