using System.Net;
using System.Net.Sockets;

namespace ActorChat.Server.Sockets;

/// <summary>
/// The host of a URL in one spelling: lower case, without a final dot, addresses in their shortest form, IPv6 in brackets.
/// </summary>
static class HostName
{
    public const string Localhost = "localhost";

    /// <summary>Null if the text is no host. A port is no part of a host.</summary>
    public static string? Normalize(string host)
    {
        if (AddressOf(host) is { } address) return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";
        var name = host.EndsWith('.') ? host[..^1] : host;
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') ? name.ToLowerInvariant() : null;
    }

    public static bool IsAddress(string host) => AddressOf(host) is not null;

    public static bool IsLoopback(string host) =>
        host == Localhost || AddressOf(host) is { } address && IPAddress.IsLoopback(address);

    // IPAddress also reads numbers such as "1" and IPv6 without brackets, which are no addresses in a URL.
    static IPAddress? AddressOf(string host)
    {
        var isV6 = host.StartsWith('[') && host.EndsWith(']');
        if (!isV6 && (host.Contains(':', StringComparison.Ordinal) || host.Count(c => c == '.') != 3)) return null;
        if (!IPAddress.TryParse(isV6 ? host[1..^1] : host, out var address)) return null;
        return isV6 == (address.AddressFamily == AddressFamily.InterNetworkV6) ? address : null;
    }
}
