using ActorChat.Domain;

namespace ActorChat.Actors.ReadPositions;

/// <summary>
/// The read marks that the store does not have yet: the newest of each user in each conversation, however many there were. Bounded: one
/// that is too many is not taken, and the user's next one will do as well. Pure.
/// </summary>
public sealed class UnsavedReadPositions(int limit)
{
    readonly Dictionary<UserId, Dictionary<ConversationId, long>> users = [];

    public int Count { get; private set; }

    /// <summary>False where there is no room.</summary>
    public bool Add(ReadPosition mark)
    {
        if (!users.TryGetValue(mark.User, out var marks))
        {
            if (Count >= limit) return false;
            users.Add(mark.User, marks = []);
        }
        if (!marks.TryGetValue(mark.Conversation, out var before))
        {
            if (Count >= limit) return false;
            Count++;
        }
        marks[mark.Conversation] = Math.Max(before, mark.Seq);
        return true;
    }

    /// <summary>Some of them. They stay here until <see cref="Saved"/>.</summary>
    public IReadOnlyList<ReadPosition> Take(int most) => [.. users.SelectMany(u => u.Value.Select(m => new ReadPosition(u.Key, m.Key, m.Value))).Take(most)];

    public IEnumerable<KeyValuePair<ConversationId, long>> Of(UserId user) => users.TryGetValue(user, out var marks) ? marks : [];

    /// <summary>The store has these; those that have moved on meanwhile stay.</summary>
    public void Saved(IEnumerable<ReadPosition> saved)
    {
        ArgumentNullException.ThrowIfNull(saved);
        foreach (var mark in saved)
        {
            if (!users.TryGetValue(mark.User, out var marks) || !marks.TryGetValue(mark.Conversation, out var seq) || seq != mark.Seq) continue;
            marks.Remove(mark.Conversation);
            Count--;
            if (marks.Count == 0) users.Remove(mark.User);
        }
    }
}
