using ActorChat.Domain;

namespace ActorChat.Actors.Presence;

/// <summary>Who is in a conversation by what other nodes say, and when they said it last. Pure: the time is passed in.</summary>
public sealed class PeopleElsewhere
{
    readonly Dictionary<(string Node, UserId User), long> heard = [];

    /// <summary>True for somebody whom this node had not said before.</summary>
    public bool Hear(string node, UserId user, long nowMs)
    {
        var isNew = !heard.ContainsKey((node, user));
        heard[(node, user)] = nowMs;
        return isNew;
    }

    /// <summary>False for somebody whom this node had not said.</summary>
    public bool Forget(string node, UserId user) => heard.Remove((node, user));

    /// <summary>Takes out those whom no node has said since; one for each node that had.</summary>
    public IReadOnlyList<UserId> TakeUnheard(long sinceMs)
    {
        var silent = heard.Where(seat => seat.Value < sinceMs).Select(seat => seat.Key).ToArray();
        foreach (var seat in silent) heard.Remove(seat);
        return [.. silent.Select(seat => seat.User)];
    }
}
