using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// What stands behind one reference for the whole life of an actor: its mailbox, its place in the tree, its instance of the day.
/// Only the runner, the one thread that has the mailbox in hand, touches anything here but the mailbox and the list of children.
/// This file runs messages; the others are one concern each: SystemMessages, Lifecycle, Faults, Children, DeathWatch, Async.
/// </summary>
internal sealed partial class ActorCell : IUntypedActorContext, IThreadPoolWorkItem
{
    /// <summary>Messages handled before the thread goes back to the pool, which sockets and timers share.</summary>
    private const int Throughput = 100;

    /// <summary>Tells us when a thread leaves or enters the flow of a test: what the test speaks as is then set anew, or not at all.</summary>
    private static readonly AsyncLocal<ActorCell?> AmbientOwner = new(static change => ambient = change.ThreadContextChanged ? carried : ambient);

    [ThreadStatic]
    private static ActorCell? running;

    [ThreadStatic]
    private static ActorCell? ambient;

    [ThreadStatic]
    private static ActorCell? carried;
    private readonly IInternalActorRef parent;
    private Mailbox mailbox;
    private ActorBase? actor;
    private Letter? inHand;
    private IdleTimeout? idleTimeout;

    public ActorCell(ActorSystem system, Props props, IInternalActorRef parent, ActorPath path)
    {
        System = system;
        Props = props;
        this.parent = parent;
        Self = new LocalActorRef(this, path);
    }

    /// <summary>The actor that runs on this thread.</summary>
    public static ActorCell? Current => running ?? Ambient;

    /// <summary>
    /// The actor that a test speaks as. A test leaves pool threads without telling us; what it has left behind there must count for
    /// nobody else, and not for itself after ConfigureAwait(false).
    /// </summary>
    public static ActorCell? Ambient
    {
        get => ambient is { } cell && AmbientOwner.Value == cell ? cell : null;
        set => ambient = carried = value;
    }

    public ActorSystem System { get; }

    public Props Props { get; }

    public LocalActorRef Self { get; }

    public int QueuedMessages => mailbox.CountLetters();

    /// <summary>Null outside of messages (constructor, PreStart); the dead letters for a message sent by nobody.</summary>
    public IActorRef Sender => inHand is null ? null! : inHand.Sender ?? System.DeadLetters;
    public Letter? InHand => inHand;
    IActorRef IActorContext.Self => Self;
    public IActorRef Parent => parent;
    public Type ActorType => actor?.GetType() ?? Props.Type;

    /// <summary>Makes this the actor that the calling test speaks as, on this thread and, with the test kit's help, after its awaits.</summary>
    public static void SpeakAs(ActorCell? cell) => ambient = AmbientOwner.Value = cell;

    public void Post(MailboxItem item)
    {
        switch (mailbox.Post(item))
        {
            case Posted.Wake:
                // Never preferLocal: a pair of actors that talk to each other would keep a pool thread to themselves for good.
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                break;
            case Posted.Refused:
                Bounce(item);
                break;
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        running = this;
        try
        {
            var look = true;
            for (var left = Throughput; left > 0; left--)
            {
                // System messages come before the next ordinary one, not before the next batch.
                if (look || mailbox.SystemMessagePosted)
                {
                    HandleSystemMessages(mailbox.TakePosted());
                    if (IsTerminated)
                        return;
                }
                if (CanReceive && mailbox.TryTakeLetter(out var letter))
                {
                    Handle(letter);
                    look = !mailbox.HasLetters;
                }
                else if (mailbox.TryRest())
                    return;
                else
                    look = true;
            }
        }
        finally
        {
            running = null;
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Become(Receive receive) => actor!.Behaviours.Become(receive);
    public void BecomeStacked(Receive receive) => actor!.Behaviours.BecomeStacked(receive);
    public void UnbecomeStacked() => actor!.Behaviours.UnbecomeStacked();
    public void Become(UntypedReceive receive) => Become(message => Handled(receive, message));
    public void BecomeStacked(UntypedReceive receive) => BecomeStacked(message => Handled(receive, message));
    public TimeSpan? ReceiveTimeout => idleTimeout?.Duration;

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        idleTimeout?.Cancel();
        idleTimeout = timeout is { } duration ? new IdleTimeout(this, duration) : null;
    }

    /// <summary>Returns stashed letters to the front of the queue.</summary>
    public void PutBack(IReadOnlyList<Letter> letters)
    {
        // A fresh object each: one that is stashed again is another message as far as the stash is concerned.
        Letter[] copies = [.. letters.Select(letter => new Letter(letter.Message, letter.Sender))];
        foreach (var copy in copies)
            if (copy.Message is Terminated terminated)
                Announce(terminated.ActorRef, null);
        mailbox.Prepend(copies);
    }

    private static bool Handled(UntypedReceive receive, object message)
    {
        receive(message);
        return true;
    }

    private void Handle(Letter letter)
    {
        inHand = letter;
        try
        {
            switch (letter.Message)
            {
                case PoisonPill:
                    Post(new Terminate());
                    break;
                case Kill:
                    throw new ActorKilledException("Kill");
                case Terminated terminated:
                    HandleTerminated(terminated);
                    break;
                case TimerFired fired:
                    HandleTimer(fired);
                    break;
                default:
                    actor!.Deliver(letter.Message);
                    break;
            }
            if (!IsAwaiting)
                inHand = null;
        }
        catch (Exception cause)
        {
            HandleFailure(cause);
        }
        if (idleTimeout is not null && letter.Message is not INotInfluenceReceiveTimeout)
            idleTimeout.Touch();
    }

    private void HandleTimer(TimerFired fired)
    {
        if (!fired.IsWanted(actor!))
            return;
        // From here on it is an ordinary message: it can be stashed, and it is what PreRestart is told.
        inHand = new Letter(fired.Message, fired.Sender);
        actor!.Deliver(fired.Message);
    }

    /// <summary>Ordinary messages of the dead are dead letters; system messages are answered in its name.</summary>
    private void Bounce(MailboxItem item)
    {
        if (item is Letter letter)
            System.Undeliverable.Publish(letter.Message, letter.Sender, Self);
        else
            ((SystemMessage)item).BounceFrom(Self);
    }

    private void Publish(LogEvent logEvent) => System.EventStream.Publish(logEvent);
}
