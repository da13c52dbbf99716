using System.Diagnostics.Metrics;
using ActorChat.Actors.Sessions;
using ActorChat.Protocol;

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
    public void A_bucket_says_when_it_has_nothing_to_remember()
    {
        var bucket = new TokenBucket(perSecond: 10, burst: 2);
        Assert.True(bucket.IsFull(0));
        Assert.Null(bucket.TryTake(0));
        Assert.False(bucket.IsFull(99));
        Assert.True(bucket.IsFull(100));
    }

    static ConnectionPlace? Enter(ConnectionQuota quota, string address, long now = 0) => quota.TryEnter(address, now).Place;

    [Fact]
    public void A_place_is_given_back_once()
    {
        var quota = new ConnectionQuota(new ConnectionLimits(PerAddress: 2));
        var (one, two) = (Enter(quota, "a")!, Enter(quota, "a")!);
        Assert.False(one.IsTooMany || two.IsTooMany);
        using (var three = Enter(quota, "a")!) Assert.True(three.IsTooMany); // let in to be told
        Assert.False(Enter(quota, "b")!.IsTooMany);
        one.Dispose();
        one.Dispose();
        Assert.False(Enter(quota, "a")!.IsTooMany);
        Assert.True(Enter(quota, "a")!.IsTooMany);
    }

    [Fact]
    public void The_process_has_so_many_connections_and_no_more()
    {
        var quota = new ConnectionQuota(new ConnectionLimits(Connections: 2));
        var one = Enter(quota, "a")!;
        Assert.NotNull(Enter(quota, "b"));
        var (place, why, afterMs) = quota.TryEnter("c", 0);
        Assert.Null(place);
        Assert.Equal(RefusedFor.Process, why);
        Assert.True(afterMs > 0);
        one.Dispose();
        Assert.NotNull(Enter(quota, "c"));
    }

    [Fact]
    public void Those_that_say_nothing_are_few_and_one_address_holds_half_of_them()
    {
        var quota = new ConnectionQuota(new ConnectionLimits(BeforeHello: 4));
        var (one, two) = (Enter(quota, "a")!, Enter(quota, "a")!);
        Assert.Equal(RefusedFor.Hello, quota.TryEnter("a", 0).Why);
        var (three, four) = (Enter(quota, "b")!, Enter(quota, "b")!);
        Assert.Equal(RefusedFor.Hello, quota.TryEnter("c", 0).Why);
        one.SaidHello();
        one.SaidHello();
        Assert.NotNull(Enter(quota, "c"));
        Assert.Null(Enter(quota, "c"));
        two.Dispose();
        Assert.NotNull(Enter(quota, "a"));
        three.Dispose();
        four.Dispose();
    }

    [Fact]
    public void Handshakes_of_an_address_have_a_rate_and_leaving_does_not_give_it_back()
    {
        var quota = new ConnectionQuota(new ConnectionLimits(HandshakesPerSecond: 1, HandshakesBurst: 2));
        for (var i = 0; i < 2; i++) Enter(quota, "a")!.Dispose();
        Assert.Equal((RefusedFor.Handshakes, 1000), (quota.TryEnter("a", 0).Why, quota.TryEnter("a", 0).AfterMs));
        Assert.NotNull(Enter(quota, "b"));
        Assert.NotNull(Enter(quota, "a", now: 1000));
    }

    [Promise("P6")]
    [Fact]
    public void What_was_seen_once_is_not_remembered_for_ever()
    {
        var quota = new ConnectionQuota(new ConnectionLimits(HandshakesPerSecond: 1, HandshakesBurst: 10));
        for (var i = 0; i < 100_000; i++)
        {
            Enter(quota, $"a{i}", now: i)!.Dispose();
            quota.LeaveUser(quota.TryEnterUser($"u{i}", new LimitsOptions(), nowMs: i)!);
        }
        Assert.InRange(quota.Remembered, 1, 30_000); // those of the last ten seconds, of both kinds
        Enter(quota, "last", now: 1_000_000);
        quota.TryEnterUser("last", new LimitsOptions(), nowMs: 1_000_000);
        Assert.Equal(2, quota.Remembered);
    }

    [Fact]
    public void Coming_back_does_not_fill_what_a_user_may_send()
    {
        var quota = new ConnectionQuota(new ConnectionLimits());
        var limits = new LimitsOptions { MessagesPerSecond = 0.1, MessagesBurst = 3 };
        var first = quota.TryEnterUser("u", limits, nowMs: 0)!;
        for (var i = 0; i < 3; i++) Assert.Null(first.Sends.TryTake(0));
        quota.LeaveUser(first);
        quota.TryEnterUser("other", limits, nowMs: 6000); // looks for what can be forgotten
        Assert.NotNull(quota.TryEnterUser("u", limits, nowMs: 6000)!.Sends.TryTake(6000));
    }

    [Fact]
    public void Many_at_once_get_exactly_the_quota()
    {
        var quota = new ConnectionQuota(new ConnectionLimits(Connections: 50));
        var admitted = new System.Collections.Concurrent.ConcurrentBag<ConnectionPlace>();
        Parallel.For(0, 500, _ =>
        {
            if (Enter(quota, "a") is { } place) admitted.Add(place);
        });
        Assert.Equal(50, admitted.Count);
        Parallel.ForEach(admitted, place => place.Dispose());
        for (var i = 0; i < 50; i++) Assert.NotNull(Enter(quota, "a"));
        Assert.Null(Enter(quota, "a"));
    }

    [Fact]
    public void Every_refusal_is_counted_by_its_limit()
    {
        var counted = new System.Collections.Concurrent.ConcurrentDictionary<string, byte>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, meters) =>
            {
                if (instrument.Name == "actorchat.connections.refused" && instrument.Meter.Name == "ActorChat") meters.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.TryAdd((string)tags[0].Value!, 0));
        listener.Start();

        var quota = new ConnectionQuota(new ConnectionLimits(Connections: 4, BeforeHello: 4, PerAddress: 1, PerUser: 1, HandshakesPerSecond: 0.01, HandshakesBurst: 3));
        for (var i = 0; i < 4; i++) Enter(quota, "a"); // let in, one too many, too many that say nothing, too fast
        Enter(quota, "b")!.SaidHello();
        Enter(quota, "c")!.SaidHello();
        Enter(quota, "d"); // the fifth of four
        for (var i = 0; i < 2; i++) quota.TryEnterUser("u", new LimitsOptions(), nowMs: 0);

        Assert.Equal(["address", "handshakes", "hello", "process", "user"], counted.Keys.Order(StringComparer.Ordinal));
    }
}
