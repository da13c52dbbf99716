using System.Runtime.ExceptionServices;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Failures: reporting one's own to the parent, deciding about those of children.</summary>
internal partial class ActorCell
{
    /// <summary>Whose failure is with the parent for decision: our own, or a child's that we passed on. Null when all is well.</summary>
    private LocalActorRef? failing;

    /// <summary>Kept here, in the child, and used by its parent alone: most children never fail.</summary>
    public RestartStatistics? Restarts { get; set; }

    /// <summary>Nothing more is received until the parent has decided. <paramref name="culprit"/> is the child whose failure is passed on, if one is.</summary>
    private void HandleFailure(Exception cause, LocalActorRef? culprit = null)
    {
        if (failing is not null)
            return;
        failing = culprit ?? Self;
        suspensions++;
        SuspendChildren(except: culprit);
        parent.SendSystemMessage(new Failed(Self, cause));
    }

    private void HandleFailed(Failed failure)
    {
        if (!IsChild(failure.Child))
        {
            Publish(new Debug(Self.Path.ToString(), ActorType, $"Dropping a failure of {failure.Child}, which is no child any more"));
            return;
        }
        var before = inHand;
        inHand = new Letter(failure, failure.Child);
        var handled = actor!.Supervision.HandleFailure(this, failure.Child, failure.Cause);
        inHand = before;
        if (!handled)
            ExceptionDispatchInfo.Throw(failure.Cause);
    }

    private void ResumeAfter(Exception? cause)
    {
        if (actor is null)
        {
            Restart(cause ?? new ActorInitializationException(Self, "Resumed before it was created"));
            return;
        }
        suspensions = Math.Max(0, suspensions - 1);
        var culprit = failing;
        if (cause is not null)
        {
            failing = null;
            inHand = null;
        }
        foreach (var child in LiveChildren())
            child.SendSystemMessage(new Resume(child == culprit ? cause : null));
    }

    private void SuspendChildren(LocalActorRef? except)
    {
        foreach (var child in LiveChildren())
            if (child != except)
                child.SendSystemMessage(new Suspend());
    }
}
