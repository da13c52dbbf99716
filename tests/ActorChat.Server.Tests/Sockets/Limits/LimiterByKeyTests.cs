using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using ActorChat.Domain;
using ActorChat.Protocol;
using ActorChat.Server.Sockets.Limits;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Sockets.Limits;

public sealed class LimiterByKeyTests
{
    const int Many = 100_000;

    [Promise("P6")]
    [Fact]
    public async Task A_key_is_forgotten_after_its_bucket_is_full_again()
    {
        var limits = new LimitsOptions { HandshakesPerSecond = 10, HandshakesBurst = 10, MessagesPerSecond = 10, MessagesBurst = 10 };
        using var connections = new ConnectionLimiter(limits);
        using var users = new UserLimiter(limits);
        using var slow = LimiterByKey.OfRate(perSecond: 0.001, burst: 1)!;
        Assert.True(slow.Take("a").IsAcquired);

        var seen = ComeOnce(connections, users);
        Assert.True(Remembered(seen) > Many, "They were forgotten while their buckets were not full.");

        await Deadline.UntilAsync(() => Remembered(seen) == 0, "Some are still remembered.");
        Assert.False(slow.Take("a").IsAcquired);
    }

    // Weak references to the keys. They end when the limiter has forgotten the keys.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static List<WeakReference> ComeOnce(ConnectionLimiter connections, UserLimiter users)
    {
        var seen = new List<WeakReference>(2 * Many);
        for (var i = 0; i < Many; i++)
        {
            var (address, user) = ($"a{i}", $"u{i}");
            connections.TryEnter(address).Place!.Dispose();
            using var place = users.TryEnter(new UserId(user))!;
            Assert.Null(place.TakeSend());
            Assert.Null(place.TakeRequest());
            seen.Add(new WeakReference(address));
            seen.Add(new WeakReference(user));
        }
        return seen;
    }

    static int Remembered(List<WeakReference> seen)
    {
        GC.Collect();
        return seen.Count(key => key.IsAlive);
    }

    [Fact]
    public void A_limit_of_zero_has_no_limiter()
    {
        Assert.Null(LimiterByKey.OfRate(0, 1));
        Assert.Null(LimiterByKey.OfConcurrency(0));
    }

    [Fact]
    public void A_limiter_that_is_forgotten_while_it_is_used_is_looked_up_again()
    {
        using var forgetful = new Forgetful();
        Assert.True(forgetful.Take("a").IsAcquired);
        Assert.Equal(2, forgetful.Lookups);
    }

    /// <summary>Fails once like the defect dotnet/runtime#99865.</summary>
    sealed class Forgetful : PartitionedRateLimiter<string>
    {
        public int Lookups { get; private set; }

        public override RateLimiterStatistics? GetStatistics(string resource) => null;

        protected override RateLimitLease AttemptAcquireCore(string resource, int permitCount)
        {
            var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1 });
            if (Lookups++ == 0) limiter.Dispose();
            return limiter.AttemptAcquire(permitCount);
        }

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(string resource, int permitCount, CancellationToken stop) =>
            throw new NotSupportedException();
    }
}
