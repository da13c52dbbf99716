using ActorChat.Server.Options;
using ActorChat.Server.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ActorChat.Server.Hosting;

/// <summary>What a connection may be before it is a WebSocket: a request with a head, soon, and hardly a body.</summary>
static class WebServerLimits
{
    public static void Apply(KestrelServerOptions kestrel, LimitsOptions limits)
    {
        kestrel.AddServerHeader = false;
        // A WebSocket takes over the connection of its request, which HTTP/2 shares among many.
        kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            endpoint.UseDirectWrites();
        });
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10); // a head that comes byte by byte
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        kestrel.Limits.MaxRequestBodySize = 64 * 1024; // nothing here takes one
        // Those that are no WebSocket yet; the others have left this count and are in the quota.
        if (limits.Connections > 0) kestrel.Limits.MaxConcurrentConnections = limits.Connections;
    }
}
