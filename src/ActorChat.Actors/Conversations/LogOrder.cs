using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Conversations;

/// <summary>An event to publish, and the session that posted it; null if it was posted on another node.</summary>
readonly record struct Arrival(ConversationEvent Entry, IActorRef? Origin);

/// <summary>
/// Puts events from two sources, the commits of this node and the shared log, into the order of the log. The next event leaves, a known
/// one is dropped, and one after a gap waits until the gap is filled. Pure.
/// </summary>
/// <param name="head">The newest published seq.</param>
sealed class LogOrder(long head)
{
    readonly SortedDictionary<long, Arrival> waiting = [];
    List<Arrival> due = [];
    long last = head;

    /// <summary>The missing seq that events wait for; null if none wait.</summary>
    public long? Missing => waiting.Count > 0 ? last + 1 : null;

    public void Add(ConversationEvent entry, IActorRef? origin)
    {
        if (entry.Seq <= last) return;
        if (entry.Seq > last + 1)
        {
            waiting.TryAdd(entry.Seq, new Arrival(entry, origin));
            return;
        }
        due.Add(new Arrival(entry, origin));
        last++;
        waiting.Remove(last);
        while (waiting.Remove(last + 1, out var next))
        {
            due.Add(next);
            last++;
        }
    }

    /// <summary>The events that have become due since the last call, in order.</summary>
    public IReadOnlyList<Arrival> TakeDue()
    {
        if (due.Count == 0) return [];
        var taken = due;
        due = [];
        return taken;
    }
}
