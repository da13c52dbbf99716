using ActorChat.Domain;

namespace ActorChat.Actors.ReadPositions;

/// <summary>
/// The read positions that the store does not have yet: the newest of each user in each conversation. Bounded: when it is full a new entry
/// is rejected, and the user's next read position takes its place. Pure.
/// </summary>
sealed class UnsavedReadPositions(int limit)
{
    readonly Dictionary<UserId, Dictionary<ConversationId, long>> users = [];

    public int Count { get; private set; }

    /// <summary>False if there is no room.</summary>
    public bool Add(ReadPosition position)
    {
        if (!users.TryGetValue(position.User, out var seqs))
        {
            if (Count >= limit) return false;
            users.Add(position.User, seqs = []);
        }
        if (!seqs.TryGetValue(position.Conversation, out var before))
        {
            if (Count >= limit) return false;
            Count++;
        }
        seqs[position.Conversation] = Math.Max(before, position.Seq);
        return true;
    }

    /// <summary>Up to <paramref name="most"/> positions. They stay here until <see cref="Saved"/>.</summary>
    public IReadOnlyList<ReadPosition> Take(int most) =>
        [.. users.SelectMany(user => user.Value.Select(entry => new ReadPosition(user.Key, entry.Key, entry.Value))).Take(most)];

    public IEnumerable<KeyValuePair<ConversationId, long>> Of(UserId user) => users.TryGetValue(user, out var seqs) ? seqs : [];

    /// <summary>Removes positions that the store has; those that have moved on meanwhile stay.</summary>
    public void Saved(IEnumerable<ReadPosition> saved)
    {
        foreach (var position in saved)
        {
            if (!users.TryGetValue(position.User, out var seqs)) continue;
            if (!seqs.TryGetValue(position.Conversation, out var seq) || seq != position.Seq) continue;
            seqs.Remove(position.Conversation);
            Count--;
            if (seqs.Count == 0) users.Remove(position.User);
        }
    }
}
