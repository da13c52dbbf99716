using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorChat.Server.Tests.Selftest;

/// <summary>
/// A proxy that makes a correct server look like one with a fault. The texts of one read go to the fault as a list, and the list that it
/// returns
/// goes on.
/// </summary>
sealed class FaultyProxy : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource closing = new();
    readonly Fault fault;
    readonly IPEndPoint server;
    readonly Task accepting;

    public FaultyProxy(IPEndPoint server, Fault fault)
    {
        (this.server, this.fault) = (server, fault);
        listener.Start();
        accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    async Task AcceptAsync()
    {
        var links = new List<Task>();
        try
        {
            while (true) links.Add(LinkAsync(await listener.AcceptSocketAsync(closing.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(links);
        }
    }

    async Task LinkAsync(Socket client)
    {
        using var near = client;
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(closing.Token);
        near.NoDelay = far.NoDelay = true;
        var answers = new LinkState();
        try
        {
            await far.ConnectAsync(server, over.Token);
            await Task.WhenAny(
                PumpAsync(near, far, texts => fault.FromClient(texts, answers), masked: true, over.Token),
                PumpAsync(far, near, texts => fault.FromServer(texts, answers), masked: false, over.Token));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The server is down: the selftest kills it.
        }
        await over.CancelAsync();
    }

    static async Task PumpAsync(Socket from, Socket to, Func<IReadOnlyList<string>, IEnumerable<string>> change, bool masked,
        CancellationToken over)
    {
        var buffer = new byte[1 << 16];
        var (length, upgraded) = (0, false);
        try
        {
            while (true)
            {
                if (length == buffer.Length) Array.Resize(ref buffer, 2 * length);
                var count = await from.ReceiveAsync(buffer.AsMemory(length), over);
                if (count == 0) return;
                length += count;
                var taken = 0;
                if (!upgraded)
                {
                    var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
                    if (end < 0) continue;
                    upgraded = true;
                    taken = end + 4;
                    await SendAsync(to, buffer.AsMemory(0, taken), over);
                }
                var (bytes, read) = Changed(buffer.AsSpan(taken, length - taken), change, masked);
                taken += read;
                Buffer.BlockCopy(buffer, taken, buffer, 0, length - taken);
                length -= taken;
                await SendAsync(to, bytes, over);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side ended, so the other ends as well.
        }
    }

    static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken over)
    {
        while (bytes.Length > 0) bytes = bytes[await to.SendAsync(bytes, over)..];
    }

    // Only text frames go through the fault.
    static (byte[] Bytes, int Read) Changed(ReadOnlySpan<byte> bytes, Func<IReadOnlyList<string>, IEnumerable<string>> change, bool masked)
    {
        var output = new List<byte>();
        var texts = new List<string>();
        var read = 0;
        while (Frame(bytes[read..]) is { } frame)
        {
            var payload = bytes.Slice(read + frame.Header, frame.Length).ToArray();
            if ((bytes[read] & 0x0f) == 1)
            {
                if (masked)
                    for (var i = 0; i < payload.Length; i++) payload[i] ^= bytes[read + frame.Header - 4 + (i & 3)];
                texts.Add(Encoding.UTF8.GetString(payload));
            }
            else
            {
                output.AddRange(bytes.Slice(read, frame.Header + frame.Length));
            }
            read += frame.Header + frame.Length;
        }
        foreach (var text in change(texts))
            output.AddRange(Clients.RawSocket.FrameOf(Clients.RawSocket.Text, Encoding.UTF8.GetBytes(text), masked: masked));
        return ([.. output], read);
    }

    static (int Header, int Length)? Frame(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2) return null;
        var header = 2 + ((bytes[1] & 0x80) != 0 ? 4 : 0);
        var length = (long)(bytes[1] & 0x7f);
        if (length == 126)
        {
            if (bytes.Length < 4) return null;
            (header, length) = (header + 2, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
        }
        else if (length == 127)
        {
            if (bytes.Length < 10) return null;
            (header, length) = (header + 8, BinaryPrimitives.ReadInt64BigEndian(bytes[2..]));
        }
        return bytes.Length < header + length ? null : (header, (int)length);
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await accepting;
        listener.Dispose();
        closing.Dispose();
    }
}
