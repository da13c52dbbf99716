using Akka.Event;

namespace Akka.Actor;

/// <summary>Start, restart, stop: the order of the hooks, and of what goes on around them.</summary>
internal partial class ActorCell
{
    private int suspensions;

    public bool IsTerminated { get; private set; }

    /// <summary>Stopping: no new children, no failures reported, only waiting for the children to be gone.</summary>
    public bool IsTerminating { get; private set; }

    private bool CanReceive => suspensions == 0 && !IsAwaiting;

    private void Start()
    {
        try
        {
            actor = NewInstance();
            actor.RunPreStart();
        }
        catch (Exception e)
        {
            // PostStop belongs to an actor that has been started; this one never was.
            DisposeInstance();
            actor = null;
            throw new ActorInitializationException(Self, "Exception during creation", e);
        }
        idleTimeout?.Touch();
    }

    private ActorBase NewInstance()
    {
        inHand = null;
        var instance = Props.NewActor();
        instance.FinishConstruction(this);
        return instance;
    }

    private void Restart(Exception cause)
    {
        if (actor is null)
        {
            StopChildren();
            if (!WaitForChildren(FinishCreate))
                FinishCreate();
            return;
        }
        RuntimeMetrics.Restarts.Add(1);
        try
        {
            actor.RunPreRestart(cause, inHand?.Message!);
        }
        catch (Exception e)
        {
            Publish(new Error(new PreRestartException(Self, e, cause, inHand?.Message), Self.Path.ToString(), ActorType, e.Message));
        }
        PutBack(actor.TakeStash());
        DisposeInstance();
        inHand = null;
        if (!WaitForChildren(() => FinishRestart(cause)))
            FinishRestart(cause);
    }

    private void FinishCreate()
    {
        suspensions = 0;
        failing = null;
        try
        {
            Start();
        }
        catch (Exception e)
        {
            HandleFailure(e);
        }
    }

    private void FinishRestart(Exception cause)
    {
        var survivors = LiveChildren();
        try
        {
            suspensions = Math.Max(0, suspensions - 1);
            failing = null;
            actor = NewInstance();
            actor.RunPostRestart(cause);
            foreach (var survivor in survivors)
                survivor.SendSystemMessage(new Recreate(cause));
        }
        catch (Exception e)
        {
            DisposeInstance();
            HandleFailure(new PostRestartException(Self, e, cause));
        }
    }

    private void Terminate()
    {
        if (IsTerminating)
            return;
        IsTerminating = true;
        SetReceiveTimeout(null);
        UnwatchAll();
        StopChildren();
        suspensions++;
        failing = Self;
        if (!WaitForChildren(FinishTerminate))
            FinishTerminate();
    }

    private void FinishTerminate()
    {
        IsTerminated = true;
        try
        {
            actor?.RunPostStop();
        }
        catch (Exception e)
        {
            Publish(new Error(e, Self.Path.ToString(), ActorType, e.Message));
        }
        EmptyMailbox();
        System.EventStream.Unsubscribe(Self);
        // The parent first: where it watches, the name is free by the time it hears of the death. Other watchers may hear before it is.
        parent.SendSystemMessage(new DeathWatchNotification(Self, existenceConfirmed: true));
        TellWatchers();
        DisposeInstance();
        actor = null;
        inHand = null;
        System.ActorStopped();
    }

    private void EmptyMailbox()
    {
        if (actor is not null)
            PutBack(actor.TakeStash());
        for (var message = mailbox.Close(); message is not null; message = (SystemMessage?)message.Next)
            message.BounceFrom(Self);
        while (mailbox.TryTakeLetter(out var letter))
            Bounce(letter);
    }

    private void DisposeInstance()
    {
        if (actor is null)
            return;
        try
        {
            (actor as IDisposable)?.Dispose();
        }
        catch (Exception e)
        {
            Publish(new Error(e, Self.Path.ToString(), ActorType, "An actor failed while it was disposed."));
        }
        Props.Release(actor);
    }

    private void CheckIdle(IdleTimeout timeout)
    {
        if (timeout != idleTimeout)
            return;
        if (!CanReceive || mailbox.HasLetters)
            timeout.Touch();
        if (timeout.HasPassed)
            Self.Tell(Actor.ReceiveTimeout.Instance, ActorRefs.NoSender);
        timeout.Arm();
    }
}
