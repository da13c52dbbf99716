namespace Akka.Actor;

public abstract class AkkaException : Exception
{
    protected AkkaException() { }

    protected AkkaException(string message, Exception? cause = null)
        : base(message, cause) { }
}

public class InvalidActorNameException(string message, Exception? innerException = null) : AkkaException(message, innerException);

public class AskTimeoutException(string message) : AkkaException(message);

public class ActorKilledException(string message) : AkkaException(message);

public class IllegalActorStateException(string message) : AkkaException(message);

public class DeathPactException(IActorRef deadActor) : AkkaException($"Monitored actor [{deadActor}] terminated")
{
    public IActorRef DeadActor { get; } = deadActor;
}

/// <summary>The constructor or PreStart failed.</summary>
public class ActorInitializationException : AkkaException
{
    public ActorInitializationException() { }

    public ActorInitializationException(string message)
        : base(message) { }

    public ActorInitializationException(string message, Exception cause)
        : base(message, cause) { }

    public ActorInitializationException(IActorRef actor, string message, Exception? cause = null)
        : base(message, cause)
    {
        Actor = actor;
    }

    public IActorRef Actor { get; set; } = ActorRefs.NoSender;
}

public class PreRestartException(IActorRef actor, Exception restartException, Exception cause, object? optionalMessage)
    : ActorInitializationException(actor, $"Exception pre restart ({restartException.GetType()})", cause)
{
    public Exception RestartException { get; } = restartException;
    public object OptionalMessage { get; } = optionalMessage!;
}

public class PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
    : ActorInitializationException(actor, $"Exception post restart ({originalCause.GetType()})", cause)
{
    public Exception OriginalCause { get; } = originalCause;
}
