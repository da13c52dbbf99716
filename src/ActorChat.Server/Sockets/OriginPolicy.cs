using Microsoft.Extensions.Options;

namespace ActorChat.Server.Sockets;

/// <summary>
/// Which pages may open a socket. There are no cookies to borrow, but a page of another site has no business here all the same.
/// Programs send no Origin; a page opened from a file sends <c>null</c>.
/// </summary>
sealed class OriginPolicy(IOptions<AuthOptions> options)
{
    readonly HashSet<string> allowed = new(options.Value.AllowedOrigins, StringComparer.OrdinalIgnoreCase);

    public bool Allows(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var origins = request.Headers.Origin;
        if (origins.Count == 0) return true;
        if (origins.Count > 1) return false;
        var origin = origins.ToString();
        if (origin == "null") return options.Value.AllowNullOrigin;
        return allowed.Contains(origin) || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}
