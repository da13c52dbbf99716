namespace Akka.Actor;

public static class GracefulStopSupport
{
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) =>
        target.GracefulStop(timeout, PoisonPill.Instance);

    /// <summary>True when the actor has ended, false if it has not by then. Never await it for oneself in a handler: it cannot come true.</summary>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        var watched = (IInternalActorRef)target;
        var watcher = new DeathPromise(watched.System);
        watched.SendSystemMessage(new Watch(watcher));
        var expiry = TimerWheel.After(timeout, static state => ((DeathPromise)state).Ended.TrySetResult(false), watcher);
        target.Tell(stopMessage, ActorRefs.NoSender);
        var ended = await watcher.Ended.Task.ConfigureAwait(false);
        if (ended)
            expiry.Cancel();
        else
            watched.SendSystemMessage(new Unwatch(watcher));
        return ended;
    }

    private sealed class DeathPromise(ActorSystem? system) : ActorRefBase
    {
        public TaskCompletionSource<bool> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public override ActorPath Path { get; } = system?.NewTempPath() ?? ActorRefs.Nobody.Path;
        public override ActorSystem? System { get; } = system;
        public override void Tell(object message, IActorRef? sender) => System?.DeadLetters.Tell(message, sender);

        public override void SendSystemMessage(SystemMessage message)
        {
            if (message is DeathWatchNotification)
                Ended.TrySetResult(true);
        }
    }
}
