using ActorChat.Actors.Conversations;
using ActorChat.Actors.Telemetry;
using Akka.Actor;

namespace ActorChat.Actors.Sessions;

/// <content>Until a session is live: the time limit of each step, and the messages that arrive too early.</content>
abstract partial class ClientSession
{
    // The socket bounds the client's own frames: it is not read while too many wait for an answer. This bounds ephemeral ones.
    const int EphemeralKept = 64;

    Wait? wait;
    List<object>? kept;

    void Begin(OpenSession open)
    {
        Socket = open.Socket;
        OnOpened(open);
    }

    /// <summary>Handles the first message, which brings the socket.</summary>
    protected abstract void OnOpened(OpenSession open);

    /// <summary>The step took longer than <see cref="WaitAtMost"/> allows.</summary>
    protected abstract void OnOverdue();

    /// <summary>Starts the time limit of the next step.</summary>
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

    // The message of a wait that was replaced may already have been in the mailbox.
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

    /// <summary>Handles the kept messages in their order, before any later message.</summary>
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
