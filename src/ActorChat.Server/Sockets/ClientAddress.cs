using System.Net;
using System.Net.Sockets;

namespace ActorChat.Server.Sockets;

/// <summary>
/// The key under which the limits count a client: its IPv4 address, or its /64 network, since an IPv6 client owns all addresses of that.
/// </summary>
static class ClientAddress
{
    public static string Of(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4().ToString();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes).ToString();
    }
}
