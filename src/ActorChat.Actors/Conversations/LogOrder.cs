using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Conversations;

/// <summary>An entry on its way to be announced, and the session that posted it, where that is one of this node.</summary>
public readonly record struct Arrival(ConversationEvent Entry, IActorRef? Origin);

/// <summary>
/// Puts what comes from two sides, one's own commits and the log as others write it, into the one order of the log. What comes next leaves, what
/// is known is dropped, and what has a gap before it waits until that is filled. Pure.
/// </summary>
/// <param name="head">The newest seq that has been announced.</param>
public sealed class LogOrder(long head)
{
    readonly SortedDictionary<long, Arrival> waiting = [];
    List<Arrival> due = [];
    long last = head;

    /// <summary>The seq that is missing while something waits for it; else null.</summary>
    public long? Missing => waiting.Count > 0 ? last + 1 : null;

    public void Add(ConversationEvent entry, IActorRef? origin)
    {
        ArgumentNullException.ThrowIfNull(entry);
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

    /// <summary>What has become due since the last call, in order.</summary>
    public IReadOnlyList<Arrival> TakeDue()
    {
        if (due.Count == 0) return [];
        var taken = due;
        due = [];
        return taken;
    }
}
