using ActorChat.Domain;

namespace ActorChat.Actors.Presence;

/// <summary>
/// The people in a conversation. A user with several connections counts once, and a user who is back within the grace time was never away.
/// Above a limit, clients get the number of people instead of names. Names come back at half the limit, so that a room at the limit does
/// not get all names again and again. Pure: the time is passed in.
/// </summary>
/// <param name="named">How many people may be named.</param>
/// <param name="graceMs">From the end of the last connection until the user counts as gone.</param>
sealed class Roster(int named, long graceMs)
{
    readonly Dictionary<UserId, Visitor> present = [];
    readonly Dictionary<UserId, long> leaving = [];
    readonly Dictionary<UserId, Author> joined = [];

    public int Count => present.Count;

    public IEnumerable<Author> People => present.Values.Select(visitor => visitor.User);

    /// <summary>Whether clients get names; otherwise they get a number.</summary>
    public bool IsNamed { get; private set; } = true;

    /// <summary>When the next grace time ends; null if none runs.</summary>
    public long? NextLeaveMs => leaving.Count == 0 ? null : leaving.Values.Min() + graceMs;

    public void Enter(Author user)
    {
        if (present.TryGetValue(user.Id, out var visitor))
        {
            visitor.Connections++;
            leaving.Remove(user.Id);
            return;
        }
        present.Add(user.Id, new Visitor(user));
        joined.Add(user.Id, user);
    }

    /// <summary>Notes that one connection of the user has ended.</summary>
    /// <param name="nowMs">Milliseconds of a clock that never goes back.</param>
    public void Leave(UserId user, long nowMs)
    {
        if (present.TryGetValue(user, out var visitor) && --visitor.Connections == 0) leaving[user] = nowMs;
    }

    /// <summary>Returns the changes since the last call.</summary>
    public RosterChange Take(long nowMs)
    {
        var left = new List<Author>();
        foreach (var (user, _) in leaving.Where(l => nowMs - l.Value >= graceMs).ToArray())
        {
            leaving.Remove(user);
            present.Remove(user, out var visitor);
            if (!joined.Remove(user)) left.Add(visitor!.User);
        }
        Author[] came = [.. joined.Values];
        joined.Clear();
        var before = IsNamed;
        if (Count > named) IsNamed = false;
        else if (Count <= named / 2) IsNamed = true;
        return new RosterChange(came, left, IsNamed != before);
    }

    sealed class Visitor(Author user)
    {
        public Author User { get; } = user;

        public int Connections { get; set; } = 1;
    }
}

/// <param name="Switched">Whether names became a number, or the reverse. Then everybody needs the whole state.</param>
sealed record RosterChange(IReadOnlyList<Author> Joined, IReadOnlyList<Author> Left, bool Switched)
{
    public bool IsEmpty => Joined.Count == 0 && Left.Count == 0 && !Switched;
}
