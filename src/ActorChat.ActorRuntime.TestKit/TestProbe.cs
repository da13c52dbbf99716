using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A second pair of eyes: a test actor of its own that can be passed as the reference of an actor.</summary>
public class TestProbe : TestKitBase, INoImplicitSender, IActorRef, IInternalActorRef
{
    public TestProbe(ActorSystem system, ITestKitAssertions assertions, string? testProbeName = null)
        : base(assertions, system, testProbeName) { }

    public IActorRef Ref => TestActor;

    /// <summary>Of the last message looked at.</summary>
    public IActorRef Sender => LastSender;

    ActorPath IActorRef.Path => TestActor.Path;

    ActorSystem? IInternalActorRef.System => Sys;

    public void Send(IActorRef actor, object message) => actor.Tell(message, TestActor);
    public void Reply(object message) => Sender.Tell(message, TestActor);
    public void Forward(IActorRef actor) => actor.Tell(LastMessage, Sender);
    public void Forward(IActorRef actor, object message) => actor.Tell(message, Sender);

    public override TestProbe CreateTestProbe(string? name = null) =>
        throw new NotSupportedException("Cannot create a TestProbe from a TestProbe");

    void ICanTell.Tell(object message, IActorRef? sender) => TestActor.Tell(message, sender);
    void IInternalActorRef.SendSystemMessage(SystemMessage message) => ((IInternalActorRef)TestActor).SendSystemMessage(message);
    bool IEquatable<IActorRef>.Equals(IActorRef? other) => TestActor.Equals(other);
    int IComparable<IActorRef>.CompareTo(IActorRef? other) => TestActor.CompareTo(other);
    public int CompareTo(object? obj) => TestActor.CompareTo(obj);
    public override bool Equals(object? obj) => TestActor.Equals(obj);
    public override int GetHashCode() => TestActor.GetHashCode();
    public override string ToString() => TestActor.ToString()!;
}
