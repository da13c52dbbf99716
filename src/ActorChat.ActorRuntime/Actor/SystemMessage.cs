namespace Akka.Actor;

/// <summary>What lies in a mailbox. It is itself the link of the queue, so that a message costs one object.</summary>
internal abstract class MailboxItem
{
    public MailboxItem? Next;
}

/// <summary>An ordinary message and who sent it.</summary>
internal sealed class Letter(object message, IActorRef? sender) : MailboxItem
{
    public readonly object Message = message;
    public readonly IActorRef? Sender = sender;
}

/// <summary>A message of the runtime itself, which overtakes ordinary ones. Never post one object twice.</summary>
internal abstract class SystemMessage : MailboxItem
{
    /// <summary>Answers in the name of somebody who is not there to do it.</summary>
    public virtual void BounceFrom(IActorRef absent) { }
}

internal sealed class Create : SystemMessage;

internal sealed class Terminate : SystemMessage;

internal sealed class Suspend : SystemMessage;

internal sealed class Resume(Exception? cause) : SystemMessage
{
    public readonly Exception? Cause = cause;
}

internal sealed class Recreate(Exception cause) : SystemMessage
{
    public readonly Exception Cause = cause;
}

internal sealed class Failed(LocalActorRef child, Exception cause) : SystemMessage
{
    public readonly LocalActorRef Child = child;
    public readonly Exception Cause = cause;
}

internal sealed class Watch(IInternalActorRef watcher) : SystemMessage
{
    public readonly IInternalActorRef Watcher = watcher;

    public override void BounceFrom(IActorRef absent) =>
        Watcher.SendSystemMessage(new DeathWatchNotification(absent, existenceConfirmed: false));
}

internal sealed class Unwatch(IInternalActorRef watcher) : SystemMessage
{
    public readonly IInternalActorRef Watcher = watcher;
}

internal sealed class DeathWatchNotification(IActorRef actor, bool existenceConfirmed) : SystemMessage
{
    public readonly IActorRef Actor = actor;
    public readonly bool ExistenceConfirmed = existenceConfirmed;
}

/// <summary>The next piece of an asynchronous handler.</summary>
internal sealed class Continuation(Task task) : SystemMessage
{
    public readonly Task Task = task;
}

/// <summary>An asynchronous handler has come to its end.</summary>
internal sealed class HandlerEnded(Task task) : SystemMessage
{
    public readonly Task Task = task;
}

/// <summary>The receive timeout may have passed; the actor looks for itself.</summary>
internal sealed class IdleCheck(IdleTimeout timeout) : SystemMessage
{
    public readonly IdleTimeout Timeout = timeout;
}
