namespace Akka.Actor;

internal sealed class LocalActorRef(ActorCell cell, ActorPath path) : ActorRefBase
{
    public ActorCell Cell { get; } = cell;
    public override ActorPath Path { get; } = path;
    public override ActorSystem System => Cell.System;

    public override void Tell(object message, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        Cell.Post(new Letter(message, sender));
    }

    public override void SendSystemMessage(SystemMessage message) => Cell.Post(message);
}
