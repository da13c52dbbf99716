using System.Globalization;

namespace ActorChat.Server.Sockets;

/// <summary>An origin in one spelling, so that upper case and a default port make no difference.</summary>
readonly record struct WebOrigin(string Scheme, string Host, int Port)
{
    /// <summary>The origin of the server's own page, as the client addresses it. False if the request has no usable <c>Host</c>.</summary>
    public static bool TryGet(HttpRequest request, out WebOrigin origin) => TryMake(request.Scheme, request.Host, out origin);

    /// <summary>Reads <c>scheme://host</c> or <c>scheme://host:port</c>, and nothing that has more or less.</summary>
    public static bool TryParse(string text, out WebOrigin origin)
    {
        origin = default;
        if (text.Split("://") is not [var scheme, var authority]) return false;
        var host = new HostString(authority);
        var port = host.Port is { } number ? string.Create(CultureInfo.InvariantCulture, $":{number}") : "";
        return authority == host.Host + port && TryMake(scheme, host, out origin);
    }

    static bool TryMake(string scheme, HostString host, out WebOrigin origin)
    {
        origin = default;
        if (DefaultPort(scheme) is not { } defaultPort || !host.HasValue || HostName.Normalize(host.Host) is not { } name) return false;
        origin = new WebOrigin(scheme.ToLowerInvariant(), name, host.Port ?? defaultPort);
        return true;
    }

    static int? DefaultPort(string scheme) => scheme.ToLowerInvariant() switch
    {
        "http" => 80,
        "https" => 443,
        _ => null,
    };
}
