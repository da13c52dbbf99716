using System.Net;
using System.Net.Sockets;

namespace ActorChat.Storage.Tests.Postgres;

/// <summary>
/// A TCP proxy in front of a server that breaks or freezes connections at the worst moment: during a request, or after the request has been
/// executed and before its answer arrives.
/// </summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    const int SyncLength = 5; // of PostgreSQL's message Sync, which ends a request

    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly int target;
    readonly CancellationTokenSource stop = new();
    readonly Task accepting;
    byte[]? loseAnswerTo, freezeIn;
    volatile int silenced;

    public FaultyProxy(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Loses the answer to the next request that contains these bytes, and closes the connection.</summary>
    public void LoseAnswerTo(byte[] request) => Volatile.Write(ref loseAnswerTo, request);

    /// <summary>
    /// Forwards the next request that contains these bytes without its last message, so that it stays incomplete. The connection stays
    /// open, as after a machine has died silently.
    /// </summary>
    public void FreezeBeforeTheEndOf(byte[] request) => Volatile.Write(ref freezeIn, request);

    /// <summary>Keeps the current connections open, but forwards nothing more on them.</summary>
    public void SilenceOpenConnections() => Interlocked.Increment(ref silenced);

    async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _ = ForwardAsync(await listener.AcceptTcpClientAsync(stop.Token));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    async Task ForwardAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(IPAddress.Loopback, target, stop.Token);
            var connection = new Connection(silenced);
            try
            {
                await await Task.WhenAny(
                    ForwardRequestsAsync(client.GetStream(), server.GetStream(), connection),
                    ForwardAnswersAsync(server.GetStream(), client.GetStream(), connection));
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // One side closed its connection: close the other one, too.
            }
        }
    }

    sealed class Connection(int age)
    {
        public volatile bool LosesAnswers;

        public int Age => age;
    }

    async Task ForwardRequestsAsync(NetworkStream client, NetworkStream server, Connection connection)
    {
        var buffer = new byte[1 << 20];
        while (await client.ReadAsync(buffer, stop.Token) is > 0 and var length)
        {
            if (Volatile.Read(ref loseAnswerTo) is { } lost && buffer.AsSpan(0, length).IndexOf(lost) >= 0)
            {
                Volatile.Write(ref loseAnswerTo, null);
                connection.LosesAnswers = true;
            }
            if (Volatile.Read(ref freezeIn) is { } frozen && buffer.AsSpan(0, length).IndexOf(frozen) >= 0)
            {
                Volatile.Write(ref freezeIn, null);
                await server.WriteAsync(buffer.AsMemory(0, length - SyncLength), stop.Token);
                await Task.Delay(Timeout.Infinite, stop.Token);
            }
            if (connection.Age < silenced) continue;
            await server.WriteAsync(buffer.AsMemory(0, length), stop.Token);
        }
    }

    async Task ForwardAnswersAsync(NetworkStream server, NetworkStream client, Connection connection)
    {
        var buffer = new byte[1 << 16];
        while (await server.ReadAsync(buffer, stop.Token) is > 0 and var length)
        {
            if (connection.LosesAnswers) return; // the server has answered, so it has committed
            if (connection.Age < silenced) continue;
            await client.WriteAsync(buffer.AsMemory(0, length), stop.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }
}
