namespace Akka.Actor;

/// <summary>The messages of the runtime: which is handled when, and by whom.</summary>
internal partial class ActorCell
{
    private List<SystemMessage>? postponed;

    private void HandleSystemMessages(SystemMessage? message)
    {
        while (message is not null)
        {
            var next = (SystemMessage?)message.Next;
            message.Next = null;
            if (IsTerminated)
                message.BounceFrom(Self);
            else if (MustWait(message))
                (postponed ??= []).Add(message);
            else
                HandleSystemMessage(message);
            message = next;
        }
        ReplayPostponed();
    }

    /// <summary>
    /// A parent that is suspended, or in the middle of an await, decides about its children when it is itself again; one that
    /// waits for children to end is not to be restarted, suspended or resumed half-way.
    /// </summary>
    private bool MustWait(SystemMessage message) => message switch
    {
        Failed => !CanReceive || IsWaitingForChildren,
        Actor.Recreate or Actor.Suspend or Actor.Resume => IsWaitingForChildren,
        _ => false,
    };

    private void ReplayPostponed()
    {
        if (postponed is null || IsTerminated || postponed.TrueForAll(MustWait))
            return;
        var messages = postponed;
        postponed = null;
        foreach (var message in messages)
        {
            if (MustWait(message))
                (postponed ??= []).Add(message);
            else if (!IsTerminated)
                HandleSystemMessage(message);
        }
        ReplayPostponed();
    }

    private void HandleSystemMessage(SystemMessage message)
    {
        try
        {
            switch (message)
            {
                case Continuation { Task: var task }:
                    scheduler!.Run(task);
                    break;
                case HandlerEnded { Task: var task }:
                    EndHandler(task);
                    break;
                case DeathWatchNotification death:
                    HandleDeath(death);
                    break;
                case Watch { Watcher: var watcher }:
                    AddWatcher(watcher);
                    break;
                case Unwatch { Watcher: var watcher }:
                    RemoveWatcher(watcher);
                    break;
                case IdleCheck check:
                    CheckIdle(check.Timeout);
                    break;
                case Actor.Create:
                    Start();
                    break;
                case Failed failed:
                    HandleFailed(failed);
                    break;
                case Recreate { Cause: var cause }:
                    Restart(cause);
                    break;
                case Actor.Suspend:
                    suspensions++;
                    SuspendChildren(except: null);
                    break;
                case Resume { Cause: var cause }:
                    ResumeAfter(cause);
                    break;
                case Actor.Terminate:
                    Terminate();
                    break;
            }
        }
        catch (Exception cause)
        {
            HandleFailure(cause, (message as Failed)?.Child);
        }
    }
}
