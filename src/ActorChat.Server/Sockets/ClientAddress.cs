using System.Net;
using System.Net.Sockets;

namespace ActorChat.Server.Sockets;

/// <summary>By what a client is counted: its address, of IPv6 the network of 64 bits, since whoever has one address of it has all of them.</summary>
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
