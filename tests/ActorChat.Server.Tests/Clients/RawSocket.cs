using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorChat.Domain;
using ActorChat.Server.Tests.Processes;

namespace ActorChat.Server.Tests.Clients;

/// <summary>A WebSocket client written by hand, so that it can do everything wrong: nothing that it sends is checked.</summary>
public sealed class RawSocket : IAsyncDisposable
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

    /// <param name="receiveBuffer">Of the operating system, in bytes: a small one is full soon when nobody reads.</param>
    public static async Task<RawSocket> ConnectAsync(ServerProcess server, int? receiveBuffer = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } bytes) socket.ReceiveBufferSize = bytes;
        await socket.ConnectAsync(IPAddress.Loopback, server.Port);
        return new RawSocket(socket, $"127.0.0.1:{server.Port.ToString(CultureInfo.InvariantCulture)}");
    }

    /// <summary>Connected and upgraded, with nothing sent yet.</summary>
    public static async Task<RawSocket> UpgradedAsync(ServerProcess server, int? receiveBuffer = null)
    {
        var raw = await ConnectAsync(server, receiveBuffer);
        var response = await raw.HandshakeAsync();
        Assert.Equal(101, response.Status);
        return raw;
    }

    /// <summary>Upgraded, and in the room under a new name; what came on the way is read.</summary>
    public static Task<RawSocket> JoinedAsync(ServerProcess server, int? receiveBuffer = null) =>
        OpenedAsync(server, $$"""{"type":"hello","id":0,"name":"{{ChatClient.NewName()}}"}""", receiveBuffer);

    /// <summary>The same by token.</summary>
    public static Task<RawSocket> ReturnedAsync(ServerProcess server, string token, int? receiveBuffer = null) =>
        OpenedAsync(server, $$"""{"type":"hello","id":0,"token":"{{token}}"}""", receiveBuffer);

    static async Task<RawSocket> OpenedAsync(ServerProcess server, string hello, int? receiveBuffer)
    {
        var raw = await UpgradedAsync(server, receiveBuffer);
        await raw.SendFrameAsync(Text, hello);
        while ((await raw.ReadFrameAsync()).Payload is var payload && !Encoding.UTF8.GetString(payload).StartsWith("{\"type\":\"live\"", StringComparison.Ordinal)) { }
        return raw;
    }

    /// <param name="headers">Beside the usual ones or in their place; a null value leaves one out.</param>
    public async Task<UpgradeResponse> HandshakeAsync(string requestLine = "GET /ws HTTP/1.1", params (string Name, string? Value)[] headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
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

    /// <param name="reserved">The three reserved bits, as they stand in the first byte.</param>
    /// <param name="declared">The length that the header says; that of the payload where there is none.</param>
    public static byte[] FrameOf(int opcode, byte[] payload, bool last = true, bool masked = true, int reserved = 0, ulong? declared = null)
    {
        ArgumentNullException.ThrowIfNull(payload);
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

    /// <summary>The next text frame; pings, pongs and who comes and goes are passed over.</summary>
    public async Task<Frame> ReadTextAsync()
    {
        while (true)
        {
            var (opcode, payload) = await ReadFrameAsync();
            if (opcode == Text && !payload.AsSpan().StartsWith("{\"type\":\"presence\""u8)) return new Frame(payload);
            Assert.True(opcode is Text or Ping or Pong, $"There came a frame of opcode {opcode}.");
        }
    }

    /// <summary>Reads on until the server closes, whatever comes before that.</summary>
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
        catch (IOException cut)
        {
            return new Closed(null, cut.Message);
        }
    }

    /// <summary>Everything that comes until the server closes; what a cut connection left unread is lost.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline.Usual);
        var read = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, deadline.Token) is > 0 and var length) read.Append(Encoding.Latin1.GetString(buffer, 0, length));
        }
        catch (IOException)
        {
            // It was reset, which is a way to close.
        }
        return read.ToString();
    }

    /// <summary>Whether the server has neither said anything that is not read nor closed.</summary>
    public bool HeardNothing => !socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    /// <summary>Says that nothing more will be sent, and goes on reading.</summary>
    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Cuts the connection with a reset, as a crashed machine's firewall does.</summary>
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
