using ActorChat.Protocol;
using ActorChat.Server.Options;
using ActorChat.Server.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace ActorChat.Server.Hosting;

/// <summary>Where the web server listens, and what a connection may be before it is a WebSocket: a request with a head, soon, and hardly a body.</summary>
static class Listening
{
    const string DefaultUrl = "http://localhost:8765";

    /// <exception cref="StartException">An address is wrong.</exception>
    public static void ListenOnAddresses(this WebApplicationBuilder builder)
    {
        var urls = builder.Configuration[WebHostDefaults.ServerUrlsKey];
        if (string.IsNullOrEmpty(urls)) builder.WebHost.UseUrls(DefaultUrl);
        else CheckUrls(urls);
        builder.WebHost.ConfigureKestrel(Limit);
    }

    // Several addresses have a semicolon between them.
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
            // A WebSocket takes over the connection of its request. HTTP/2 shares one connection among many requests.
            endpoint.Protocols = HttpProtocols.Http1;
            endpoint.UseDirectWrites();
        });
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10); // a head that comes byte by byte
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(60);
        kestrel.Limits.MaxRequestBodySize = 64 * 1024; // no endpoint here takes one
        // Kestrel no longer counts a connection that is a WebSocket; ConnectionLimiter counts those.
        var connections = kestrel.ApplicationServices.GetRequiredService<IOptions<LimitsOptions>>().Value.Connections;
        if (connections > 0) kestrel.Limits.MaxConcurrentConnections = connections;
    }
}
