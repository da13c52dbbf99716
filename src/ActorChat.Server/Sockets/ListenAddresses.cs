using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ActorChat.Server.Sockets;

/// <summary>Who can reach this server, and under which names.</summary>
sealed class ListenAddresses(IServer server, IConfiguration configuration)
{
    /// <summary>
    /// Whether only this machine can connect. The web server reports the addresses that it really uses, whichever setting they come from:
    /// a host name in a URL, for example, means all interfaces.
    /// </summary>
    public bool AreLoopback =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses is { Count: > 0 } addresses && addresses.All(IsLoopback);

    /// <summary>The hosts in <c>Urls</c>. Wildcards are left out.</summary>
    public IEnumerable<string> ConfiguredHosts => (configuration[WebHostDefaults.ServerUrlsKey] ?? "")
        .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(url => HostName.Normalize(BindingAddress.Parse(url).Host))
        .OfType<string>();

    internal static bool IsLoopback(string url) =>
        HostName.Normalize(BindingAddress.Parse(url).Host) is { } host && HostName.IsLoopback(host);
}
