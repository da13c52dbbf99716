using Akka.Actor;

namespace Akka.Event;

/// <summary>Marks a message that nobody misses: undelivered, it is a <see cref="SuppressedDeadLetter"/> and not logged.</summary>
public interface IDeadLetterSuppression;

public abstract class AllDeadLetters(object message, IActorRef sender, IActorRef recipient)
{
    public object Message { get; } = message;
    public IActorRef Sender { get; } = sender;
    public IActorRef Recipient { get; } = recipient;

    /// <summary>Names the type only: what people write to each other has no place in a log.</summary>
    public override string ToString() => $"{GetType().Name} from {Sender} to {Recipient}: <{Message.GetType()}>";
}

/// <summary>A message that could not be delivered.</summary>
public sealed class DeadLetter(object message, IActorRef sender, IActorRef recipient) : AllDeadLetters(message, sender, recipient);

public sealed class SuppressedDeadLetter(IDeadLetterSuppression message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient);

/// <summary>A message that its receiver had no handler for.</summary>
public sealed class UnhandledMessage(object message, IActorRef sender, IActorRef recipient)
    : AllDeadLetters(message, sender, recipient);
