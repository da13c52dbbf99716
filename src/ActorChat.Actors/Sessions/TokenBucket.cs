namespace ActorChat.Actors.Sessions;

/// <summary>
/// How often somebody may do something: so many at once, refilled at so many a second. The time is passed in. For any thread: the
/// connections of one user share theirs.
/// </summary>
public sealed class TokenBucket(double perSecond, int burst)
{
    readonly Lock gate = new();
    double tokens = burst;
    long last = long.MinValue;

    /// <summary>Takes one; else how many milliseconds until there is one. A rate of 0 has no limit.</summary>
    /// <param name="nowMs">A clock that never goes back, in milliseconds.</param>
    public int? TryTake(long nowMs)
    {
        if (perSecond <= 0) return null;
        lock (gate)
        {
            Refill(nowMs);
            if (tokens < 1) return Math.Max(1, (int)Math.Ceiling((1 - tokens) * 1000 / perSecond));
            tokens--;
            return null;
        }
    }

    /// <summary>Whether it has nothing to remember: a new one would be the same.</summary>
    public bool IsFull(long nowMs)
    {
        if (perSecond <= 0) return true;
        lock (gate)
        {
            Refill(nowMs);
            return tokens >= burst;
        }
    }

    void Refill(long nowMs)
    {
        // Two threads may have read the clock in one order and come here in the other.
        if (last != long.MinValue && nowMs > last) tokens = Math.Min(burst, tokens + (nowMs - last) * perSecond / 1000);
        last = Math.Max(last, nowMs);
    }
}
