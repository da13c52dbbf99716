using System.Threading.RateLimiting;

namespace ActorChat.Server.Sockets.Limits;

/// <summary>
/// A token bucket that refills itself before each use. So it has no timer, a fraction of a token counts, and its rate is exact:
/// <see cref="PartitionedRateLimiter"/> refills its buckets ten times a second, which would make 10 of a rate of 50 with a burst of 1.
/// After a pause it may give one token more than its burst: in the library, the time during which a bucket was full counts as well.
/// Uses that are less than a microsecond apart refill too little, since the library rounds down; frames never come that fast.
/// The library reads its own clock, so TimeProvider has no influence here.
/// </summary>
sealed class RefillingBucket(double perSecond, int burst) : RateLimiter
{
    readonly TokenBucketRateLimiter bucket = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = burst,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1 / perSecond),
        AutoReplenishment = false,
    });

    /// <summary>For how long it has been full; null if it is not.</summary>
    public override TimeSpan? IdleDuration
    {
        get
        {
            bucket.TryReplenish();
            return bucket.IdleDuration;
        }
    }

    public override RateLimiterStatistics? GetStatistics() => bucket.GetStatistics();

    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        bucket.TryReplenish();
        return bucket.AttemptAcquire(permitCount);
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        bucket.TryReplenish();
        return bucket.AcquireAsync(permitCount, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) bucket.Dispose();
        base.Dispose(disposing);
    }
}
