using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ActorChat.Selftest.Processes;

/// <summary>Free ports of this machine.</summary>
public static class LoopbackPort
{
    // Below the range of outgoing connections, so that a server that restarts finds its port free.
    const int First = 20_000, Last = 32_000;

    // The port of a server that is down for a moment looks free but must not be given away.
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
