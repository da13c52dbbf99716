using Microsoft.Extensions.Options;

namespace ActorChat.Server.Sockets;

/// <summary>
/// Decides by the <c>Host</c> header which requests are served. In DNS rebinding, an attacker lets a host name lead to this server, and
/// then the browser of a visitor takes the server for the attacker's site. So a name must be known. An IP address needs no name, so it
/// is always served.
/// </summary>
sealed class HostPolicy
{
    readonly RefusalLog log;
    readonly bool allowsAll;
    readonly HashSet<string> allowed;

    public HostPolicy(IOptions<AuthOptions> options, ListenAddresses addresses, ILogger<HostPolicy> logger, TimeProvider time)
    {
        log = new RefusalLog(logger, time);
        allowsAll = options.Value.AllowedHosts.Contains(AuthOptions.AnyHost);
        allowed =
        [
            HostName.Localhost,
            .. addresses.ConfiguredHosts,
            .. options.Value.AllowedHosts.Select(HostName.Normalize).OfType<string>(),
            .. options.Value.Origins.Select(origin => origin.Host), // a proxy with TLS passes the host of its own origin on
        ];
    }

    /// <summary>Calls the next step if the host is allowed, and otherwise answers 403.</summary>
    public Task HandleAsync(HttpContext http, RequestDelegate next) => Allows(http.Request.Host) ? next(http) : RefuseAsync(http);

    internal bool Allows(HostString requested)
    {
        if (!requested.HasValue || HostName.Normalize(requested.Host) is not { } host) return false;
        return allowsAll || HostName.IsAddress(host) || allowed.Contains(host);
    }

    Task RefuseAsync(HttpContext http)
    {
        var host = RefusalLog.Clean(http.Request.Host.Value ?? "");
        log.Add($"A request for the host {host} is refused. The setting Auth:AllowedHosts can allow a host.");
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync($"This server does not serve the host {host}. Its operator can allow it in Auth:AllowedHosts.\n");
    }
}
