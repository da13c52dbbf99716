using System.Net;
using System.Net.Sockets;

namespace ActorChat.Verification.Processes;

/// <summary>Ports that nobody listens on.</summary>
public static class LoopbackPort
{
    // Below those that outgoing connections are given: a server that is started again must find its port free.
    const int First = 20_000, Last = 32_000;

    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there; another one is tried.
            }
        }
    }
}
