using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ActorChat.Selftest.Processes;

/// <summary>Ports that nobody listens on.</summary>
public static class LoopbackPort
{
    // Below those that outgoing connections are given: a server that is started again must find its port free.
    const int First = 20_000, Last = 32_000;

    // That of a server that is down for a moment is free, too, and not to be given to another one.
    static readonly ConcurrentDictionary<int, byte> Given = new();

    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            if (Given.TryAdd(port, 0) && IsFree(port)) return port;
        }
    }

    static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
