using System.Threading.RateLimiting;

namespace ActorChat.Server.Sockets.Limits;

/// <summary>
/// Limits that each address or user has for itself. <see cref="PartitionedRateLimiter"/> makes the limiter of a key at its first use and
/// forgets it when it has been full, or free, for ten seconds: coming back does not refill a bucket, and a key that came once costs no
/// memory. 0 is no limit and gives no limiter: the library's own "no limiter" keeps every key forever.
/// </summary>
static class LimiterByKey
{
    public static PartitionedRateLimiter<string>? OfRate(double perSecond, int burst) =>
        perSecond <= 0 ? null : Create(_ => new RefillingBucket(perSecond, burst));

    public static PartitionedRateLimiter<string>? OfConcurrency(int permits) =>
        permits <= 0 ? null : Create(_ => new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = permits }));

    static PartitionedRateLimiter<string> Create(Func<string, RateLimiter> limiter) =>
        PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.Get(key, limiter), StringComparer.Ordinal);

    /// <summary>Takes one permit of a key.</summary>
    public static RateLimitLease Take(this PartitionedRateLimiter<string> limiter, string key)
    {
        try
        {
            return limiter.AttemptAcquire(key);
        }
        catch (ObjectDisposedException)
        {
            // The library disposed the key's limiter between look-up and use (dotnet/runtime#99865). The next look-up makes a new one.
            return limiter.AttemptAcquire(key);
        }
    }

    /// <summary>How long to wait before the next try: the time of one whole token, so perhaps a little too long.</summary>
    public static TimeSpan RetryAfter(this RateLimitLease refused) =>
        refused.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.Zero;
}
