using ActorChat.Domain;

namespace ActorChat.Actors.Sessions;

/// <summary>
/// The recently revoked tokens, which sessions may still use. Older ones need not be remembered, because the store accepts none of them.
/// </summary>
sealed class RevokedTokens
{
    // Longer than any opening and any commit. So a session that opens late, and a commit that becomes visible late, are found as well.
    static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    readonly Dictionary<TokenHash, long> known = [];
    long readAtMs;

    /// <param name="nowMs">The start. Sessions that open later ask the store.</param>
    public RevokedTokens(long nowMs) => readAtMs = nowMs;

    /// <summary>How far back the next question to the store has to reach.</summary>
    public TimeSpan Within(long nowMs) => TimeSpan.FromMilliseconds(nowMs - readAtMs) + Overlap;

    /// <summary>Adds the answer of the store, which was asked at <paramref name="askedAtMs"/>.</summary>
    /// <returns>The tokens that were not known before.</returns>
    public IReadOnlySet<TokenHash> Read(IEnumerable<TokenHash> tokens, long askedAtMs)
    {
        readAtMs = askedAtMs;
        foreach (var (token, at) in known)
            if (askedAtMs - at > 2 * Overlap.TotalMilliseconds)
                known.Remove(token);
        return Learn(tokens, askedAtMs);
    }

    /// <summary>Adds tokens that this server has revoked.</summary>
    /// <returns>The tokens that were not known before.</returns>
    public IReadOnlySet<TokenHash> Learn(IEnumerable<TokenHash> tokens, long nowMs)
    {
        return tokens.Where(token => known.TryAdd(token, nowMs)).ToHashSet();
    }

    public bool Contains(TokenHash token) => known.ContainsKey(token);
}
