using System.Threading.RateLimiting;
using ActorChat.Actors.Telemetry;
using ActorChat.Protocol;

namespace ActorChat.Server.Sockets.Limits;

/// <summary>
/// The limits of connections: open ones of the server and of each address, those before hello, and new ones a second of each address.
/// For any thread. A connection that is refused here has cost the server one HTTP request and nothing else.
/// </summary>
sealed class ConnectionLimiter : IDisposable
{
    static readonly TimeSpan WhenServerIsFull = TimeSpan.FromSeconds(5), WhenTooManyAreSilent = TimeSpan.FromSeconds(1);

    readonly PartitionedRateLimiter<string>? handshakes, beforeHelloOfAddress, beforeHelloOfServer, beforeHello, address;
    readonly ConcurrencyLimiter? server;

    public ConnectionLimiter(LimitsOptions limits)
    {
        handshakes = LimiterByKey.OfRate(limits.HandshakesPerSecond, limits.HandshakesBurst);
        if (limits.Connections > 0) server = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = limits.Connections });
        address = LimiterByKey.OfConcurrency(limits.ConnectionsPerAddress);
        if (limits.ConnectionsBeforeHello == 0) return;
        // One address gets half, so that it cannot keep everybody else out by connecting and sending nothing.
        beforeHelloOfAddress = LimiterByKey.OfConcurrency(limits.ConnectionsBeforeHello / 2);
        beforeHelloOfServer = PartitionedRateLimiter.Create<string, bool>(_ => RateLimitPartition.GetConcurrencyLimiter(
            true, _ => new ConcurrencyLimiterOptions { PermitLimit = limits.ConnectionsBeforeHello }));
        beforeHello = PartitionedRateLimiter.CreateChained(beforeHelloOfAddress!, beforeHelloOfServer);
    }

    /// <summary>A place for a new connection, or the limit that refuses it.</summary>
    public Admission TryEnter(string from)
    {
        if (handshakes?.Take(from) is { IsAcquired: false } tooFast) return Refused(RefusedFor.Handshakes, tooFast.RetryAfter());
        var ofServer = server?.AttemptAcquire();
        if (ofServer is { IsAcquired: false }) return Refused(RefusedFor.Process, WhenServerIsFull);
        var untilHello = beforeHello?.Take(from);
        if (untilHello is { IsAcquired: false })
        {
            ofServer?.Dispose();
            return Refused(RefusedFor.Hello, WhenTooManyAreSilent);
        }
        var place = new ConnectionPlace(ofServer, untilHello, address?.Take(from));
        if (place.IsTooMany) ChatMetrics.Refuse(RefusedFor.Address);
        return new Admission(place);
    }

    static Admission Refused(RefusedFor why, TimeSpan retryAfter)
    {
        ChatMetrics.Refuse(why);
        return new Admission(null, why, retryAfter);
    }

    public void Dispose()
    {
        handshakes?.Dispose();
        server?.Dispose();
        beforeHello?.Dispose();
        beforeHelloOfAddress?.Dispose();
        beforeHelloOfServer?.Dispose();
        address?.Dispose();
    }
}

/// <param name="Place">Null if the connection is refused; then the rest says why, and when to try again.</param>
readonly record struct Admission(ConnectionPlace? Place, RefusedFor Why = default, TimeSpan RetryAfter = default);
