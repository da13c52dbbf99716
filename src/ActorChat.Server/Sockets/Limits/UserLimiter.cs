using System.Threading.RateLimiting;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using ActorChat.Protocol;

namespace ActorChat.Server.Sockets.Limits;

/// <summary>The limits of users, over all of their connections. A user who only reads has no bucket.</summary>
sealed class UserLimiter(LimitsOptions limits) : IUserLimits, IDisposable
{
    // A client that goes on after this many refusals floods the server.
    const int RefusalsPerSecond = 50, RefusalsAtOnce = 2000;

    readonly PartitionedRateLimiter<string>? connections = LimiterByKey.OfConcurrency(limits.ConnectionsPerUser);
    readonly PartitionedRateLimiter<string>? sends = LimiterByKey.OfRate(limits.MessagesPerSecond, limits.MessagesBurst);

    // If sends have no limit, no other request has one.
    readonly PartitionedRateLimiter<string>? requests =
        limits.MessagesPerSecond <= 0 ? null : LimiterByKey.OfRate(limits.RequestsPerSecond, limits.RequestsBurst);

    public IUserPlace? TryEnter(UserId user)
    {
        var connection = connections?.Take(user.Value);
        if (connection is not { IsAcquired: false }) return new Place(this, user.Value, connection);
        ChatMetrics.Refuse(RefusedFor.User);
        return null;
    }

    public void Dispose()
    {
        connections?.Dispose();
        sends?.Dispose();
        requests?.Dispose();
    }

    sealed class Place(UserLimiter limiter, string user, RateLimitLease? connection) : IUserPlace
    {
        RefillingBucket? refusals;

        public int? TakeSend() => Take(limiter.sends);

        public int? TakeRequest() => Take(limiter.requests);

        public bool TakeRefusal() => (refusals ??= new RefillingBucket(RefusalsPerSecond, RefusalsAtOnce)).AttemptAcquire().IsAcquired;

        int? Take(PartitionedRateLimiter<string>? of) =>
            of?.Take(user) is { IsAcquired: false } refused ? Math.Max(1, (int)Math.Ceiling(refused.RetryAfter().TotalMilliseconds)) : null;

        public void Dispose()
        {
            connection?.Dispose();
            refusals?.Dispose();
        }
    }
}
