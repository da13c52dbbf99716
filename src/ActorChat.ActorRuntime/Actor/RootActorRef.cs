namespace Akka.Actor;

/// <summary>The parent of <c>/user</c> and <c>/system</c>: it is no actor, it only ends the system when its children end.</summary>
internal sealed class RootActorRef(ActorSystem system, ActorPath path) : ActorRefBase
{
    public override ActorPath Path { get; } = path;
    public override ActorSystem System { get; } = system;
    public override void Tell(object message, IActorRef? sender) => System.DeadLetters.Tell(message, sender);

    public override void SendSystemMessage(SystemMessage message)
    {
        switch (message)
        {
            // Nothing is above a guardian that could decide about its failure.
            case Failed:
                System.StopGuardians();
                break;
            case DeathWatchNotification death:
                System.GuardianStopped(death.Actor);
                break;
        }
    }
}
