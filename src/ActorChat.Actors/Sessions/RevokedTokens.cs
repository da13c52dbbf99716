using ActorChat.Domain;

namespace ActorChat.Actors.Sessions;

/// <summary>
/// What is known of tokens that were revoked just now: on which of them sessions may still be open. What is older needs no memory, since the
/// store opens nothing with it.
/// </summary>
public sealed class RevokedTokens
{
    // Longer than any opening and any commit takes: a session that was let in with a token, or a commit that became visible, after its time is found all the same.
    static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    readonly Dictionary<TokenHash, long> known = [];
    long readAtMs;

    /// <param name="nowMs">Everything up to now is the store's business.</param>
    public RevokedTokens(long nowMs) => readAtMs = nowMs;

    /// <summary>How far back the store has to be asked.</summary>
    public TimeSpan Within(long nowMs) => TimeSpan.FromMilliseconds(nowMs - readAtMs) + Overlap;

    /// <summary>The store was asked at <paramref name="askedAtMs"/> and said these.</summary>
    /// <returns>Those that were not known.</returns>
    public IReadOnlySet<TokenHash> Read(IEnumerable<TokenHash> tokens, long askedAtMs)
    {
        readAtMs = askedAtMs;
        foreach (var (token, at) in known)
            if (askedAtMs - at > 2 * Overlap.TotalMilliseconds)
                known.Remove(token);
        return Learn(tokens, askedAtMs);
    }

    /// <summary>These were revoked by this server.</summary>
    /// <returns>Those that were not known.</returns>
    public IReadOnlySet<TokenHash> Learn(IEnumerable<TokenHash> tokens, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return tokens.Where(token => known.TryAdd(token, nowMs)).ToHashSet();
    }

    public bool Contains(TokenHash token) => known.ContainsKey(token);
}
