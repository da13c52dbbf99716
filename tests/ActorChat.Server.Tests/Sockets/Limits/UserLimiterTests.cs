using ActorChat.Actors.Sessions;
using ActorChat.Domain;
using ActorChat.Protocol;
using ActorChat.Server.Sockets.Limits;

namespace ActorChat.Server.Tests.Sockets.Limits;

public sealed class UserLimiterTests
{
    static readonly UserId Ann = new("ann");

    static IUserPlace Enter(UserLimiter limiter) => limiter.TryEnter(Ann)!;

    [Fact]
    public void A_user_has_a_limited_number_of_connections()
    {
        using var limiter = new UserLimiter(new LimitsOptions { ConnectionsPerUser = 2 });
        var (one, _) = (Enter(limiter), Enter(limiter));
        Assert.Null(limiter.TryEnter(Ann));
        Assert.NotNull(limiter.TryEnter(new UserId("bob")));
        one.Dispose();
        one.Dispose(); // has no effect the second time
        Assert.NotNull(limiter.TryEnter(Ann));
        Assert.Null(limiter.TryEnter(Ann));
    }

    [Fact]
    public void All_connections_of_a_user_share_the_rates_and_a_new_connection_does_not_refill_them()
    {
        using var limiter = new UserLimiter(new LimitsOptions
        {
            MessagesPerSecond = 0.01, MessagesBurst = 3, RequestsPerSecond = 0.1, RequestsBurst = 2,
        });
        var (one, two) = (Enter(limiter), Enter(limiter));
        Assert.Equal((null, null, null), (one.TakeSend(), two.TakeSend(), one.TakeSend()));
        Assert.Equal((null, null), (one.TakeRequest(), two.TakeRequest()));
        one.Dispose();
        two.Dispose();
        using var again = Enter(limiter);
        Assert.Equal((100_000, 10_000), (again.TakeSend(), again.TakeRequest()));
        using var bob = limiter.TryEnter(new UserId("bob"))!;
        Assert.Null(bob.TakeSend());
    }

    [Fact]
    public void Without_a_limit_for_sends_no_request_has_one()
    {
        using var limiter = new UserLimiter(new LimitsOptions { MessagesPerSecond = 0, RequestsPerSecond = 0.01, RequestsBurst = 1 });
        using var ann = Enter(limiter);
        for (var i = 0; i < 1000; i++) Assert.Equal((null, null), (ann.TakeSend(), ann.TakeRequest()));
    }

    [Fact]
    public void The_shortest_wait_is_one_millisecond()
    {
        using var limiter = new UserLimiter(new LimitsOptions { MessagesPerSecond = 5000, MessagesBurst = 1 });
        using var ann = Enter(limiter);
        int? wait = null;
        for (var i = 0; wait is null && i < 100_000; i++) wait = ann.TakeSend();
        Assert.Equal(1, wait);
    }

    [Fact]
    public void A_connection_that_sends_on_after_thousands_of_refusals_is_a_flood()
    {
        using var limiter = new UserLimiter(new LimitsOptions());
        using var ann = Enter(limiter);
        var refusals = 0;
        while (ann.TakeRefusal() && refusals < 10_000) refusals++;
        Assert.InRange(refusals, 2000, 9_999);
        using var elsewhere = Enter(limiter);
        Assert.True(elsewhere.TakeRefusal());
    }
}
