using System.Threading.RateLimiting;

namespace ActorChat.Server.Sockets.Limits;

/// <summary>
/// The place of one connection under the limits. The session reports the hello on its own thread; the socket frees the rest at its end.
/// A null lease belongs to a limit that is switched off.
/// </summary>
sealed class ConnectionPlace(RateLimitLease? server, RateLimitLease? beforeHello, RateLimitLease? address) : IDisposable
{
    RateLimitLease? beforeHello = beforeHello;

    /// <summary>
    /// Whether its address has too many connections. Such a connection is accepted and then closed with a reason, since a browser shows
    /// no reason for a refused upgrade, and a person has to close another tab.
    /// </summary>
    public bool IsTooMany => address is { IsAcquired: false };

    /// <summary>The client has sent its hello.</summary>
    public void SaidHello() => Interlocked.Exchange(ref beforeHello, null)?.Dispose();

    public void Dispose()
    {
        SaidHello();
        server?.Dispose();
        address?.Dispose();
    }
}
