using ActorChat.Domain;

namespace ActorChat.Actors.Presence;

/// <summary>The people in a conversation on other nodes, and when each node last reported them. Pure: the time is passed in.</summary>
sealed class PeopleElsewhere
{
    readonly Dictionary<(string Node, UserId User), long> reported = [];

    /// <summary>Notes a report. Returns true if the node had not reported this user before.</summary>
    public bool Report(string node, UserId user, long nowMs)
    {
        var isNew = !reported.ContainsKey((node, user));
        reported[(node, user)] = nowMs;
        return isNew;
    }

    /// <summary>Removes a user. Returns false if the node had not reported this user.</summary>
    public bool Remove(string node, UserId user) => reported.Remove((node, user));

    /// <summary>Removes and returns the users with no report since then, once for each node that had reported them.</summary>
    public IReadOnlyList<UserId> RemoveExpired(long sinceMs)
    {
        var expired = reported.Where(seat => seat.Value < sinceMs).Select(seat => seat.Key).ToArray();
        foreach (var seat in expired) reported.Remove(seat);
        return [.. expired.Select(seat => seat.User)];
    }
}
