using ActorChat.Domain;

namespace ActorChat.Actors.Presence;

/// <summary>
/// The people in a conversation. Somebody with several connections is one; who is back within the grace was never away. With more people
/// than can be named only their number is said; they are named again when there are no more than half as many, so that a room at the limit
/// is not told all names again and again. Pure: the time is passed in.
/// </summary>
/// <param name="named">How many people are named at most.</param>
/// <param name="graceMs">From the last connection's end to having left.</param>
public sealed class Roster(int named, long graceMs)
{
    readonly Dictionary<UserId, Guest> present = [];
    readonly Dictionary<UserId, long> leaving = [];
    readonly Dictionary<UserId, Author> joined = [];

    public int Count => present.Count;

    public IEnumerable<Author> People => present.Values.Select(guest => guest.User);

    /// <summary>Whether people are told by name; else how many there are.</summary>
    public bool IsNamed { get; private set; } = true;

    /// <summary>When the next who is about to leave has left; null where nobody is.</summary>
    public long? NextLeaveMs => leaving.Count == 0 ? null : leaving.Values.Min() + graceMs;

    public void Enter(Author user)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (present.TryGetValue(user.Id, out var guest))
        {
            guest.Connections++;
            leaving.Remove(user.Id);
            return;
        }
        present.Add(user.Id, new Guest(user));
        joined.Add(user.Id, user);
    }

    /// <summary>One connection of the user has ended.</summary>
    /// <param name="nowMs">A clock that never goes back.</param>
    public void Leave(UserId user, long nowMs)
    {
        if (present.TryGetValue(user, out var guest) && --guest.Connections == 0) leaving[user] = nowMs;
    }

    /// <summary>What has happened since the last call.</summary>
    public RosterChange Take(long nowMs)
    {
        var left = new List<Author>();
        foreach (var (user, _) in leaving.Where(l => nowMs - l.Value >= graceMs).ToArray())
        {
            leaving.Remove(user);
            present.Remove(user, out var guest);
            if (!joined.Remove(user)) left.Add(guest!.User);
        }
        Author[] came = [.. joined.Values];
        joined.Clear();
        var before = IsNamed;
        if (Count > named) IsNamed = false;
        else if (Count <= named / 2) IsNamed = true;
        return new RosterChange(came, left, IsNamed != before);
    }

    sealed class Guest(Author user)
    {
        public Author User { get; } = user;

        public int Connections { get; set; } = 1;
    }
}

/// <param name="Switched">From names to a number, or back: everybody has to be told anew.</param>
public sealed record RosterChange(IReadOnlyList<Author> Joined, IReadOnlyList<Author> Left, bool Switched)
{
    public bool IsNothing => Joined.Count == 0 && Left.Count == 0 && !Switched;
}
