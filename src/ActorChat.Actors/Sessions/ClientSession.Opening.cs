using ActorChat.Actors.Conversations;
using ActorChat.Actors.Telemetry;
using Akka.Actor;

namespace ActorChat.Actors.Sessions;

/// <content>Until a session is live: how long it waits for what comes next, and what came too early for it.</content>
public abstract partial class ClientSession
{
    // A client's frames are bounded by its socket, which is not read on while too many wait for an answer; ephemeral ones are bounded here.
    const int EphemeralKept = 64;

    Wait? wait;
    List<object>? kept;

    void Begin(OpenSession open)
    {
        Socket = open.Socket;
        OnOpened(open);
    }

    /// <summary>The first message: the socket is there.</summary>
    protected abstract void OnOpened(OpenSession open);

    /// <summary>What was waited for did not come in time.</summary>
    protected abstract void OnOverdue();

    /// <summary>Waits for something else from now on.</summary>
    protected void WaitAtMost(TimeSpan time)
    {
        EndWait();
        wait = new Wait();
        wait.Timer = Context.System.Scheduler.ScheduleTellOnceCancelable(time, Self, wait, Self);
    }

    protected void EndWait()
    {
        wait?.Timer?.Cancel();
        wait = null;
    }

    // One that has been replaced may have been in the mailbox already.
    void OnWaited(Wait over)
    {
        if (!ReferenceEquals(over, wait)) return;
        wait = null;
        OnOverdue();
    }

    /// <summary>Keeps a message until <see cref="HandleKept"/>.</summary>
    protected void Keep(object message)
    {
        kept ??= [];
        if (message is DeliveredEphemeral ephemeral && kept.Count >= EphemeralKept) ChatMetrics.OutboxDrops.Add(ephemeral.Frames.Count);
        else kept.Add(message);
    }

    /// <summary>Handles what was kept, in its order and before anything that comes now.</summary>
    protected void HandleKept()
    {
        if (kept is not { } messages) return;
        kept = null;
        foreach (var message in messages) OnReceive(message);
    }

    sealed class Wait
    {
        public ICancelable? Timer;
    }
}
