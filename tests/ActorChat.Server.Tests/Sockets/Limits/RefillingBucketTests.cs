using System.Diagnostics;
using System.Threading.RateLimiting;
using ActorChat.Server.Sockets.Limits;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Sockets.Limits;

/// <summary>
/// The library has its own clock, so these tests run in real time. If nothing must refill, the rate is one token in 100 seconds.
/// </summary>
public sealed class RefillingBucketTests
{
    const double Slow = 0.01;

    static bool Take(RateLimiter bucket) => bucket.AttemptAcquire().IsAcquired;

    [Fact]
    public void It_gives_its_burst_and_then_reports_when_to_try_again()
    {
        using var bucket = new RefillingBucket(Slow, burst: 3);
        for (var i = 0; i < 3; i++) Assert.True(Take(bucket));
        using var refused = bucket.AttemptAcquire();
        Assert.False(refused.IsAcquired);
        Assert.Equal(TimeSpan.FromSeconds(100), refused.RetryAfter());
    }

    [Fact]
    public async Task Frequent_requests_do_not_delay_the_next_token()
    {
        var since = Stopwatch.StartNew();
        using var bucket = new RefillingBucket(perSecond: 5, burst: 1);
        Assert.True(Take(bucket));
        Assert.True(!Take(bucket) || since.ElapsedMilliseconds >= 200, "It gave two tokens at once.");
        await Deadline.UntilAsync(() => Take(bucket), "The refusals postponed the next token.");
        Assert.InRange(since.ElapsedMilliseconds, 200, long.MaxValue);
    }

    [Fact]
    public async Task After_a_pause_it_gives_its_burst_and_at_most_one_more()
    {
        const int Rate = 20, Burst = 3;
        using var bucket = new RefillingBucket(Rate, Burst);
        Assert.True(Take(bucket));
        await Deadline.UntilAsync(() => bucket.IdleDuration > TimeSpan.FromMilliseconds(100), "It is never full.");

        var since = Stopwatch.StartNew();
        var given = 0;
        while (Take(bucket)) given++;

        Assert.InRange(given, Burst, Burst + 1 + (int)(Rate * since.Elapsed.TotalSeconds));
    }

    [Fact]
    public async Task It_is_idle_only_while_it_is_full()
    {
        using var bucket = new RefillingBucket(perSecond: 5, burst: 1);
        Assert.NotNull(bucket.IdleDuration);
        Assert.True(Take(bucket));
        using var slow = new RefillingBucket(Slow, burst: 1);
        Assert.True(Take(slow));
        Assert.Null(slow.IdleDuration);
        await Deadline.UntilAsync(() => bucket.IdleDuration is not null, "It is never full again.");
        Assert.Null(slow.IdleDuration);
    }

    // PartitionedRateLimiter refills its own buckets ten times a second, which would be the rate of a burst of one.
    [Fact]
    public Task A_rate_with_a_small_burst_is_kept_for_each_key() => Deadline.OneOfThreeAsync(async () =>
    {
        using var limiter = LimiterByKey.OfRate(perSecond: 100, burst: 1)!;
        var since = Stopwatch.StartNew();
        var given = 0;
        for (; given < 40; await Task.Delay(1))
            if (limiter.Take("a").IsAcquired)
                given++;
        return since.Elapsed < TimeSpan.FromSeconds(2); // with ten a second it would take four
    }, "The rate was far lower than the limit.");
}
