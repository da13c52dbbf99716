using Akka.Event;

namespace Akka.Actor;

/// <summary>Where messages go that nobody can receive: they are published on the event stream, never thrown back.</summary>
internal sealed class DeadLetterActorRef(ActorSystem system, ActorPath path) : ActorRefBase
{
    public override ActorPath Path { get; } = path;
    public override ActorSystem System { get; } = system;

    public override void Tell(object message, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        Publish(message, sender, this);
    }

    public override void SendSystemMessage(SystemMessage message) => message.BounceFrom(this);

    public void Publish(object message, IActorRef? sender, IActorRef recipient)
    {
        switch (message)
        {
            case DeadLetter letter:
                System.EventStream.Publish(letter);
                break;
            // A dead subscriber of dead letters must not become a source of new ones.
            case AllDeadLetters or TimerFired:
                break;
            case IDeadLetterSuppression suppressed:
                System.EventStream.Publish(new SuppressedDeadLetter(suppressed, sender ?? this, recipient));
                break;
            default:
                RuntimeMetrics.DeadLetters.Add(1);
                System.EventStream.Publish(new DeadLetter(message, sender ?? this, recipient));
                break;
        }
    }
}
