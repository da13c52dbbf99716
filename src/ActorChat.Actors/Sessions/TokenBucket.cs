namespace ActorChat.Actors.Sessions;

/// <summary>How often somebody may do something: so many at once, refilled at so many a second. Pure: the time is passed in.</summary>
public sealed class TokenBucket(double perSecond, int burst)
{
    double tokens = burst;
    long last = long.MinValue;

    /// <summary>Takes one; else how many milliseconds until there is one. A rate of 0 has no limit.</summary>
    /// <param name="nowMs">A clock that never goes back, in milliseconds.</param>
    public int? TryTake(long nowMs)
    {
        if (perSecond <= 0) return null;
        if (last != long.MinValue) tokens = Math.Min(burst, tokens + (nowMs - last) * perSecond / 1000);
        last = nowMs;
        if (tokens >= 1)
        {
            tokens--;
            return null;
        }
        return Math.Max(1, (int)Math.Ceiling((1 - tokens) * 1000 / perSecond));
    }
}
