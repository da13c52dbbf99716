using ActorChat.Actors.Conversations;
using Microsoft.Extensions.Options;

namespace ActorChat.Server.Sockets;

/// <summary>
/// Decides which web pages may open a socket: those of this server, and of the origins that the operator allows. No cookie authenticates a
/// socket, but a page of another site could still open connections from its visitors' browsers. Programs send no Origin.
/// <para>
/// A page that is opened from a file sends <c>null</c>, and so does a sandboxed frame of any site. The page of the former chat is such a
/// file, so the classic dialect accepts it, but by default only on a server that nobody else can reach.
/// </para>
/// </summary>
sealed class OriginPolicy(IOptions<AuthOptions> options, ListenAddresses addresses, ILogger<OriginPolicy> logger, TimeProvider time)
{
    readonly HashSet<WebOrigin> allowed = [.. options.Value.Origins];
    readonly RefusalLog log = new(logger, time);
    int hasAcceptedNull;

    /// <param name="dialect">Null if the request is no handshake or names no known dialect.</param>
    public bool Allows(HttpRequest request, Dialect? dialect)
    {
        var origins = request.Headers.Origin;
        if (origins.Count == 0) return true;
        var origin = origins.ToString();
        if (origins.Count == 1 && origin is "null" or "file://") return AllowsNull(request, origin, dialect);
        if (origins.Count == 1 && WebOrigin.TryParse(origin, out var parsed)
            && (allowed.Contains(parsed) || WebOrigin.TryGet(request, out var own) && own == parsed))
            return true;
        log.Add($"A connection from the origin {RefusalLog.Clean(origin)} to the host {RefusalLog.Clean(request.Host.Value ?? "")} " +
            "is refused. The setting Auth:AllowedOrigins can allow an origin.");
        return false;
    }

    bool AllowsNull(HttpRequest request, string origin, Dialect? dialect)
    {
        if (dialect != Dialect.Classic)
        {
            log.Add($"A connection from the origin {RefusalLog.Clean(origin)} is refused. Only the classic dialect can accept it " +
                "(setting Auth:AllowNullOrigin).");
            return false;
        }
        if (!(options.Value.AllowNullOrigin ?? IsLocal(request)))
        {
            log.Add($"A connection from the origin {RefusalLog.Clean(origin)} is refused. " +
                "The setting Auth:AllowNullOrigin can allow pages that are opened from a file.");
            return false;
        }
        if (Interlocked.Exchange(ref hasAcceptedNull, 1) == 0)
            logger.LogWarning("A connection from the origin {Origin} is accepted: a page opened from a file, or a sandboxed frame of any "
                + "site. Auth:AllowNullOrigin=false refuses such pages. This is logged once", RefusalLog.Clean(origin));
        return true;
    }

    // A proxy on the same machine can make a server public that listens on loopback only. It passes its own host name on.
    bool IsLocal(HttpRequest request) =>
        addresses.AreLoopback && HostName.Normalize(request.Host.Host) is { } host && HostName.IsLoopback(host);
}
