using System.Net;
using System.Net.Sockets;

namespace ActorChat.Storage.Tests;

/// <summary>
/// A line to a server that can be cut, or freeze, at the worst moment: in the middle of a request, or after it has gone through and before its answer comes back.
/// </summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    const int SyncLength = 5; // of PostgreSQL's protocol

    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly int target;
    readonly CancellationTokenSource stop = new();
    readonly Task accepting;
    byte[]? cutAfter, freezeIn;
    volatile int swallowing;

    public CuttingProxy(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The answer to the next request that holds these bytes is lost, and the line with it.</summary>
    public void LoseAnswerTo(byte[] request) => Volatile.Write(ref cutAfter, request);

    /// <summary>
    /// Of the next request that holds these bytes everything comes through but its last message, five bytes that say that it is whole. The line stays open, as where a machine
    /// is gone that cannot say so.
    /// </summary>
    public void FreezeBeforeTheEndOf(byte[] request) => Volatile.Write(ref freezeIn, request);

    /// <summary>The lines that are open now stay open, and nothing comes through any more.</summary>
    public void SwallowWhatIsOpen() => Interlocked.Increment(ref swallowing);

    async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _ = CarryAsync(await listener.AcceptTcpClientAsync(stop.Token));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    async Task CarryAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(IPAddress.Loopback, target, stop.Token);
            var deaf = new Line(swallowing);
            try
            {
                await await Task.WhenAny(UpAsync(client.GetStream(), server.GetStream(), deaf), DownAsync(server.GetStream(), client.GetStream(), deaf));
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // Either side hung up: so does this.
            }
        }
    }

    sealed class Line(int age)
    {
        public volatile bool Deaf;

        public int Age => age;
    }

    async Task UpAsync(NetworkStream client, NetworkStream server, Line line)
    {
        var buffer = new byte[1 << 20];
        while (await client.ReadAsync(buffer, stop.Token) is > 0 and var length)
        {
            if (Volatile.Read(ref cutAfter) is { } request && buffer.AsSpan(0, length).IndexOf(request) >= 0)
            {
                Volatile.Write(ref cutAfter, null);
                line.Deaf = true;
            }
            if (Volatile.Read(ref freezeIn) is { } middle && buffer.AsSpan(0, length).IndexOf(middle) >= 0)
            {
                Volatile.Write(ref freezeIn, null);
                await server.WriteAsync(buffer.AsMemory(0, length - SyncLength), stop.Token);
                await Task.Delay(Timeout.Infinite, stop.Token);
            }
            if (line.Age < swallowing) continue;
            await server.WriteAsync(buffer.AsMemory(0, length), stop.Token);
        }
    }

    async Task DownAsync(NetworkStream server, NetworkStream client, Line line)
    {
        var buffer = new byte[1 << 16];
        while (await server.ReadAsync(buffer, stop.Token) is > 0 and var length)
        {
            if (line.Deaf) return; // the server has answered, so it has committed; the line ends here
            if (line.Age < swallowing) continue;
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
