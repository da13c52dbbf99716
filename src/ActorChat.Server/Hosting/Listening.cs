using ActorChat.Protocol;
using ActorChat.Server.Options;
using ActorChat.Server.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace ActorChat.Server.Hosting;

/// <summary>The addresses that the web server listens on, and Kestrel's limits for a connection until it becomes a WebSocket.</summary>
static class Listening
{
    const string DefaultUrl = "http://localhost:8765";

    /// <exception cref="StartException">An address is invalid.</exception>
    public static void ListenOnAddresses(this WebApplicationBuilder builder)
    {
        var urls = builder.Configuration[WebHostDefaults.ServerUrlsKey];
        if (string.IsNullOrEmpty(urls)) builder.WebHost.UseUrls(DefaultUrl);
        else CheckUrls(urls);
        builder.WebHost.ConfigureKestrel(Limit);
    }

    static void CheckUrls(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            try
            {
                BindingAddress.Parse(url);
            }
            catch (FormatException e)
            {
                throw new StartException($"The server cannot listen on '{url}'. An address is for example http://localhost:8765.", e);
            }
        }
    }

    static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            // A WebSocket takes over the connection of its request, but HTTP/2 shares one connection among many requests.
            endpoint.Protocols = HttpProtocols.Http1;
            endpoint.UseDirectWrites();
        });
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10); // against clients that send their header byte by byte
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        kestrel.Limits.MaxRequestBodySize = 64 * 1024; // no endpoint reads a body
        // Kestrel does not count upgraded connections. ConnectionLimiter counts those.
        var connections = kestrel.ApplicationServices.GetRequiredService<IOptions<LimitsOptions>>().Value.Connections;
        if (connections > 0) kestrel.Limits.MaxConcurrentConnections = connections;
    }
}
