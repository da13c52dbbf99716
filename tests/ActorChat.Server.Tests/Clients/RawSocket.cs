using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Clients;

/// <summary>A WebSocket client that can break every rule: it sends bytes unchecked.</summary>
sealed class RawSocket : IAsyncDisposable
{
    public const int Continuation = 0, Text = 1, Binary = 2, CloseOpcode = 8, Ping = 9, Pong = 10;

    static readonly byte[] Mask = [0x37, 0xfa, 0x21, 0x3d];

    readonly Socket socket;
    readonly NetworkStream stream;
    readonly string host;

    RawSocket(Socket socket, string host)
    {
        this.socket = socket;
        this.host = host;
        stream = new NetworkStream(socket);
    }

    /// <param name="receiveBuffer">The size of the system's receive buffer in bytes. A small one fills soon if nobody reads.</param>
    public static async Task<RawSocket> ConnectAsync(ServerProcess server, int? receiveBuffer = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } bytes) socket.ReceiveBufferSize = bytes;
        await socket.ConnectAsync(IPAddress.Loopback, server.Port);
        return new RawSocket(socket, $"127.0.0.1:{server.Port.ToString(CultureInfo.InvariantCulture)}");
    }

    /// <summary>Connects and upgrades. Sends no frame.</summary>
    public static async Task<RawSocket> UpgradedAsync(ServerProcess server, int? receiveBuffer = null)
    {
        var raw = await ConnectAsync(server, receiveBuffer);
        var response = await raw.HandshakeAsync();
        Assert.Equal(101, response.Status);
        return raw;
    }

    /// <summary>Connects, claims a new name, and reads all frames up to <c>live</c>.</summary>
    public static Task<RawSocket> JoinedAsync(ServerProcess server, int? receiveBuffer = null) =>
        OpenedAsync(server, $$"""{"type":"hello","id":0,"name":"{{ChatClient.NewName()}}"}""", receiveBuffer);

    /// <summary>Connects with a token and reads all frames up to <c>live</c>.</summary>
    public static Task<RawSocket> ReturnedAsync(ServerProcess server, string token, int? receiveBuffer = null) =>
        OpenedAsync(server, $$"""{"type":"hello","id":0,"token":"{{token}}"}""", receiveBuffer);

    static async Task<RawSocket> OpenedAsync(ServerProcess server, string hello, int? receiveBuffer)
    {
        var raw = await UpgradedAsync(server, receiveBuffer);
        await raw.SendFrameAsync(Text, hello);
        while (!(await raw.ReadFrameAsync()).Payload.AsSpan().StartsWith("{\"type\":\"live\""u8))
        {
            // Skips the frames of the opening.
        }
        return raw;
    }

    /// <param name="headers">Added to the usual headers, or replacing those of the same name. A null value removes a header.</param>
    public async Task<UpgradeResponse> HandshakeAsync(
        string requestLine = "GET /ws HTTP/1.1", params (string Name, string? Value)[] headers)
    {
        var usual = new (string Name, string? Value)[]
        {
            ("Host", host), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Protocol", "actorchat.v1"),
        };
        var all = usual.Where(u => headers.All(h => h.Name != u.Name)).Concat(headers).Where(h => h.Value is not null);
        await SendBytesAsync(Encoding.ASCII.GetBytes($"{requestLine}\r\n{string.Concat(all.Select(h => $"{h.Name}: {h.Value}\r\n"))}\r\n"));
        return await ReadUpgradeAsync();
    }

    public Task<UpgradeResponse> ReadUpgradeAsync() => UpgradeResponse.ReadAsync(stream).WaitAsync(Deadline.Usual);

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) => await stream.WriteAsync(bytes).AsTask().WaitAsync(Deadline.Usual);

    public Task SendFrameAsync(int opcode, string text, bool last = true) => SendFrameAsync(opcode, Encoding.UTF8.GetBytes(text), last);

    public Task SendFrameAsync(int opcode, byte[] payload, bool last = true) => SendBytesAsync(FrameOf(opcode, payload, last));

    /// <param name="reserved">The three reserved bits at their position in the first byte.</param>
    /// <param name="declared">The length in the header; null for the real one.</param>
    public static byte[] FrameOf(int opcode, byte[] payload, bool last = true, bool masked = true, int reserved = 0, ulong? declared = null)
    {
        var length = declared ?? (ulong)payload.Length;
        Span<byte> header = stackalloc byte[14];
        header[0] = (byte)((last ? 0x80 : 0) | reserved | opcode);
        var size = 2;
        if (length < 126) header[1] = (byte)length;
        else if (length <= ushort.MaxValue)
        {
            header[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)length);
            size = 4;
        }
        else
        {
            header[1] = 127;
            BinaryPrimitives.WriteUInt64BigEndian(header[2..], length);
            size = 10;
        }
        if (!masked) return [.. header[..size], .. payload];
        header[1] |= 0x80;
        return [.. header[..size], .. Mask, .. payload.Select((b, i) => (byte)(b ^ Mask[i % 4]))];
    }

    public async Task<(int Opcode, byte[] Payload)> ReadFrameAsync(TimeSpan? timeout = null)
    {
        using var deadline = new CancellationTokenSource(timeout ?? Deadline.Usual);
        var header = new byte[10];
        await stream.ReadExactlyAsync(header.AsMemory(0, 2), deadline.Token);
        var length = (ulong)(header[1] & 0x7f);
        if (length == 126)
        {
            await stream.ReadExactlyAsync(header.AsMemory(2, 2), deadline.Token);
            length = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2));
        }
        else if (length == 127)
        {
            await stream.ReadExactlyAsync(header.AsMemory(2, 8), deadline.Token);
            length = BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(2));
        }
        var payload = new byte[length];
        await stream.ReadExactlyAsync(payload, deadline.Token);
        return (header[0] & 0x0f, payload);
    }

    /// <summary>Returns the next text frame. Skips pings, pongs and presence.</summary>
    public async Task<Frame> ReadTextAsync()
    {
        while (true)
        {
            var (opcode, payload) = await ReadFrameAsync();
            if (opcode == Text && !payload.AsSpan().StartsWith("{\"type\":\"presence\""u8)) return new Frame(payload);
            Assert.True(opcode is Text or Ping or Pong, $"Received a frame with opcode {opcode}.");
        }
    }

    /// <summary>Skips all frames until the close frame or the end of the connection.</summary>
    public async Task<Closed> ReadCloseAsync(TimeSpan? timeout = null)
    {
        using var deadline = new CancellationTokenSource(timeout ?? Deadline.Usual);
        try
        {
            while (true)
            {
                var (opcode, payload) = await ReadFrameAsync(timeout).WaitAsync(deadline.Token);
                if (opcode != CloseOpcode) continue;
                return payload.Length < 2
                    ? new Closed(1005, "")
                    : new Closed(BinaryPrimitives.ReadUInt16BigEndian(payload), Encoding.UTF8.GetString(payload.AsSpan(2)));
            }
        }
        catch (IOException e)
        {
            return new Closed(null, e.Message);
        }
    }

    /// <summary>Reads until the server closes the connection. A reset loses unread bytes.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline.Usual);
        var read = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, deadline.Token) is > 0 and var length)
                read.Append(Encoding.Latin1.GetString(buffer, 0, length));
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }
        return read.ToString();
    }

    /// <summary>True if there are no unread bytes and the server has not closed the connection.</summary>
    public bool HasReceivedNothing => !socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    /// <summary>Shuts down the sending side. Reading is still possible.</summary>
    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Resets the connection without a close handshake.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        socket.Dispose();
    }
}
