using ActorChat.Actors.Sessions;

namespace ActorChat.Actors.Tests.Sessions;

public class LimitsTests
{
    [Fact]
    public void A_bucket_gives_a_burst_then_its_rate()
    {
        var bucket = new TokenBucket(perSecond: 2, burst: 3);
        for (var i = 0; i < 3; i++) Assert.Null(bucket.TryTake(1000));
        Assert.Equal(500, bucket.TryTake(1000));
        Assert.Equal(100, bucket.TryTake(1400));
        Assert.Null(bucket.TryTake(1500));
        Assert.NotNull(bucket.TryTake(1500));
    }

    [Fact]
    public void A_bucket_never_holds_more_than_its_burst()
    {
        var bucket = new TokenBucket(perSecond: 100, burst: 2);
        Assert.Null(bucket.TryTake(0));
        Assert.Null(bucket.TryTake(1_000_000));
        Assert.Null(bucket.TryTake(1_000_000));
        Assert.NotNull(bucket.TryTake(1_000_000));
    }

    [Fact]
    public void A_rate_of_zero_is_no_limit()
    {
        var bucket = new TokenBucket(0, 1);
        for (var i = 0; i < 1000; i++) Assert.Null(bucket.TryTake(0));
    }

    [Fact]
    public void A_quota_is_given_back()
    {
        var quota = new ConnectionQuota(perAddress: 2, perUser: 0);
        Assert.True(quota.TryEnterAddress("a") && quota.TryEnterAddress("a"));
        Assert.False(quota.TryEnterAddress("a"));
        Assert.True(quota.TryEnterAddress("b"));
        quota.LeaveAddress("a");
        Assert.True(quota.TryEnterAddress("a"));
        for (var i = 0; i < 100; i++) Assert.True(quota.TryEnterUser("u"));
    }

    [Fact]
    public void Many_at_once_get_exactly_the_quota()
    {
        var quota = new ConnectionQuota(perAddress: 50, perUser: 0);
        var admitted = 0;
        Parallel.For(0, 500, _ =>
        {
            if (quota.TryEnterAddress("a")) Interlocked.Increment(ref admitted);
        });
        Assert.InRange(admitted, 1, 50);
        for (var i = 0; i < admitted; i++) quota.LeaveAddress("a");
        Assert.True(quota.TryEnterAddress("a"));
    }
}
