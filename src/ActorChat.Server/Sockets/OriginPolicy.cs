using Microsoft.Extensions.Options;

namespace ActorChat.Server.Sockets;

/// <summary>
/// Decides which web pages may open a socket: those of this server, and of the origins that the operator allows. No cookie authenticates a
/// socket, but a page of another site could still open connections from its visitors' browsers.
/// Programs send no Origin; a page that is opened from a file sends <c>null</c>.
/// </summary>
sealed class OriginPolicy(IOptions<AuthOptions> options)
{
    readonly HashSet<string> allowed = new(options.Value.AllowedOrigins, StringComparer.OrdinalIgnoreCase);

    public bool Allows(HttpRequest request)
    {
        var origins = request.Headers.Origin;
        if (origins.Count == 0) return true;
        if (origins.Count > 1) return false;
        var origin = origins.ToString();
        if (origin == "null") return options.Value.AllowNullOrigin;
        return allowed.Contains(origin) || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}
