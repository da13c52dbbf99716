namespace Akka.Actor;

/// <summary>Who is told of whose death.</summary>
internal partial class ActorCell
{
    /// <summary>Whom we watch, with the message to get instead of <see cref="Terminated"/>, if one was given.</summary>
    private Dictionary<IActorRef, object?>? watching;

    /// <summary>Deaths that are in our mailbox as messages; taken out here by Unwatch, so that the message is dropped.</summary>
    private Dictionary<IActorRef, object?>? announced;

    /// <summary>A list and no set: a watcher sends one Watch for one subject, so there is nothing to look up.</summary>
    private List<IInternalActorRef>? watchers;

    public IActorRef Watch(IActorRef subject) => StartWatching(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return StartWatching(subject, message);
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (watching?.Remove(subject) == true)
            ((IInternalActorRef)subject).SendSystemMessage(new Unwatch(Self));
        announced?.Remove(subject);
        return subject;
    }

    public void Announce(IActorRef dead, object? message) => (announced ??= [])[dead] = message;

    private IActorRef StartWatching(IActorRef subject, object? message)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (!subject.Equals(Self) && (watching ??= []).TryAdd(subject, message))
            ((IInternalActorRef)subject).SendSystemMessage(new Watch(Self));
        return subject;
    }

    private void HandleDeath(DeathWatchNotification death)
    {
        if (watching is not null && watching.Remove(death.Actor, out var message) && !IsTerminating)
        {
            // An ordinary message: it comes after all that the dead actor had sent us before.
            Self.Tell(new Terminated(death.Actor, death.ExistenceConfirmed, addressTerminated: false), death.Actor);
            Announce(death.Actor, message);
        }
        if (death.Actor is LocalActorRef local && IsChild(local))
            RemoveChild(local);
    }

    private void HandleTerminated(Terminated terminated)
    {
        if (announced is not null && announced.Remove(terminated.ActorRef, out var message))
            actor!.Deliver(message ?? terminated);
    }

    private void AddWatcher(IInternalActorRef watcher) => (watchers ??= new(1)).Add(watcher);
    private void RemoveWatcher(IInternalActorRef watcher) => watchers?.Remove(watcher);

    private void TellWatchers()
    {
        foreach (var watcher in watchers ?? [])
            if (!watcher.Equals(parent))
                watcher.SendSystemMessage(new DeathWatchNotification(Self, existenceConfirmed: true));
        watchers = null;
    }

    private void UnwatchAll()
    {
        foreach (var subject in watching?.Keys ?? Enumerable.Empty<IActorRef>())
            ((IInternalActorRef)subject).SendSystemMessage(new Unwatch(Self));
        watching = null;
        announced = null;
    }
}
