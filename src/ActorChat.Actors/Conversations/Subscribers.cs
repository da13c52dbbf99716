using ActorChat.Actors.Classic;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Conversations;

/// <summary>
/// The sessions on this node that follow a conversation, and the fan-out: one commit is encoded once per dialect, and each session gets one
/// message with it.
/// </summary>
sealed class Subscribers
{
    static readonly IReadOnlyList<PostReceipt> None = [];

    readonly Dictionary<IActorRef, Subscriber> all = [];
    readonly FrameBatchBuilder classic = new();
    int classicCount;

    readonly record struct Subscriber(UserId User, Dialect Dialect);

    public int Count => all.Count;

    public void Add(Subscribe request)
    {
        Remove(request.Session);
        all.Add(request.Session, new Subscriber(request.User.Id, request.Dialect));
        if (request.Dialect == Dialect.Classic) classicCount++;
    }

    public void Remove(IActorRef session)
    {
        if (all.Remove(session, out var gone) && gone.Dialect == Dialect.Classic) classicCount--;
    }

    /// <summary>Sends the events of a commit to all sessions, and the receipts to those that posted.</summary>
    /// <param name="frames">The events, encoded for v1.</param>
    /// <param name="entries">The same events with the session that posted each, for the classic dialect.</param>
    /// <param name="receipts">By session. Sessions that are no subscribers get theirs, too.</param>
    public void Publish(
        FrameBatch frames, long head, IReadOnlyList<Arrival> entries, Dictionary<IActorRef, List<PostReceipt>> receipts)
    {
        ChatMetrics.Deliveries.Add((long)entries.Count * all.Count);
        var forAll = new Delivered(frames, head, None);
        var forClassic = classicCount > 0 ? new Delivered(ClassicLines(entries, null), head, None) : null;
        foreach (var (session, subscriber) in all)
        {
            var shared = subscriber.Dialect == Dialect.V1 ? forAll : forClassic!;
            if (receipts.Remove(session, out var own))
            {
                // A classic page shows its own line at once and must not get it again.
                var lines = subscriber.Dialect == Dialect.V1 ? frames : ClassicLines(entries, session);
                session.Tell(new Delivered(lines, head, own));
            }
            else if (entries.Count > 0)
            {
                session.Tell(shared);
            }
        }
        foreach (var (session, own) in receipts) session.Tell(new Delivered(FrameBatch.Empty, head, own));
    }

    /// <summary>Sends v1 clients an event that they may miss.</summary>
    /// <param name="except">The user whom the event is about.</param>
    public void PublishEphemeral(FrameBatch frames, UserId? except = null)
    {
        var message = new DeliveredEphemeral(frames);
        foreach (var (session, subscriber) in all)
            if (subscriber.Dialect == Dialect.V1 && subscriber.User != except)
                session.Tell(message);
    }

    public void TellEnded()
    {
        foreach (var session in all.Keys) session.Tell(ConversationEnded.Instance);
    }

    FrameBatch ClassicLines(IReadOnlyList<Arrival> entries, IActorRef? except)
    {
        foreach (var (entry, origin) in entries)
            if (except is null || !except.Equals(origin))
                ClassicFrames.Line(classic, entry);
        return classic.Build();
    }
}
