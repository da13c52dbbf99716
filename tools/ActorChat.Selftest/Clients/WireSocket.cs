using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorChat.Selftest.Clients;

/// <summary>The connection failed or has ended.</summary>
public sealed class WireException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>
/// A WebSocket client on a plain socket: cheap enough for thousands of connections, and able to break one in the middle of a frame. One
/// thread reads; several may write.
/// </summary>
public sealed class WireSocket : IDisposable
{
    public const int Continuation = 0, Text = 1, Close = 8, Ping = 9, Pong = 10;

    const int LargestBuffer = 1 << 18;
    static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);
    // A constant mask is allowed here: masks protect proxies, and there is none.
    static readonly byte[] Mask = [0x37, 0xfa, 0x21, 0x3d];

    readonly Socket socket;
    readonly Lock sending = new();
    byte[] received = new byte[4096], outgoing = new byte[512];
    byte[]? parts;
    int start, end, queued;

    WireSocket(Socket socket) => this.socket = socket;

    /// <summary>Received bytes, with headers.</summary>
    public long BytesIn { get; private set; }

    /// <param name="receiveBuffer">Bytes of the receive buffer of the operating system. A small one is full soon after reading
    /// stops.</param>
    /// <exception cref="WireException"/>
    public static async Task<WireSocket> ConnectAsync(IPEndPoint server, string path, string? subprotocol, int? receiveBuffer = null,
        IPAddress? from = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true,
            SendTimeout = (int)SendTimeout.TotalMilliseconds };
        var wire = new WireSocket(socket);
        try
        {
            if (receiveBuffer is { } bytes) socket.ReceiveBufferSize = bytes;
            if (from is not null) socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(server, stop);
            var protocol = subprotocol is null ? "" : $"Sec-WebSocket-Protocol: {subprotocol}\r\n";
            await socket.SendAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"GET {path} HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{protocol}\r\n")), stop);
            await wire.ReadHeadAsync(stop);
            return wire;
        }
        catch (SocketException e)
        {
            wire.Dispose();
            throw new WireException($"No connection to {server}: {e.Message}", e);
        }
        catch
        {
            wire.Dispose();
            throw;
        }
    }

    async Task ReadHeadAsync(CancellationToken stop)
    {
        while (true)
        {
            if (!await ReceiveAsync(stop)) throw new WireException("The server closed the connection instead of upgrading it.");
            var ended = received.AsSpan(start, end - start).IndexOf("\r\n\r\n"u8);
            if (ended < 0) continue;
            var head = Encoding.ASCII.GetString(received, start, ended);
            if (!head.StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
                throw new WireException($"The upgrade was answered with {head.Split('\r')[0]}");
            start += ended + 4;
            return;
        }
    }

    /// <summary>Receives what has arrived, or waits for more.</summary>
    /// <returns>False if the connection has ended.</returns>
    public async ValueTask<bool> ReceiveAsync(CancellationToken stop = default)
    {
        MakeRoom();
        try
        {
            var count = await socket.ReceiveAsync(received.AsMemory(end), stop);
            end += count;
            BytesIn += count;
            return count > 0;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    void MakeRoom()
    {
        if (start == end)
        {
            // A full buffer grows, for fewer and larger reads.
            if (end == received.Length && received.Length < LargestBuffer) received = new byte[received.Length * 2];
            start = end = 0;
        }
        else if (end == received.Length)
        {
            var left = end - start;
            var to = left > received.Length / 2 ? new byte[received.Length * 2] : received;
            Buffer.BlockCopy(received, start, to, 0, left);
            (received, start, end) = (to, 0, left);
        }
    }

    /// <summary>The next whole message or control frame. The payload is valid until the next <see cref="ReceiveAsync"/>.</summary>
    public bool TryRead(out int opcode, out ReadOnlySpan<byte> payload)
    {
        while (TryReadFrame(out var isLast, out opcode, out payload))
        {
            if (opcode >= Close || (isLast && parts is null)) return true;
            parts = [.. parts ?? [], .. payload];
            if (!isLast) continue;
            opcode = Text;
            payload = parts;
            parts = null;
            return true;
        }
        payload = default;
        opcode = 0;
        return false;
    }

    bool TryReadFrame(out bool isLast, out int opcode, out ReadOnlySpan<byte> payload)
    {
        var bytes = received.AsSpan(start, end - start);
        (isLast, opcode) = (false, 0);
        payload = default;
        if (bytes.Length < 2) return false;
        var (header, length) = (2, (long)(bytes[1] & 0x7f));
        if (length == 126)
        {
            if (bytes.Length < 4) return false;
            (header, length) = (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
        }
        else if (length == 127)
        {
            if (bytes.Length < 10) return false;
            (header, length) = (10, BinaryPrimitives.ReadInt64BigEndian(bytes[2..]));
        }
        if (bytes.Length < header + length) return false;
        (isLast, opcode) = ((bytes[0] & 0x80) != 0, bytes[0] & 0x0f);
        payload = bytes.Slice(header, (int)length);
        start += header + (int)length;
        return true;
    }

    /// <summary>Adds a frame to the next <see cref="Flush"/>.</summary>
    public void Queue(ReadOnlySpan<byte> payload, int opcode = Text)
    {
        lock (sending)
        {
            if (outgoing.Length < queued + payload.Length + 14)
                Array.Resize(ref outgoing, Math.Max(outgoing.Length * 2, queued + payload.Length + 14));
            var to = outgoing.AsSpan(queued);
            to[0] = (byte)(0x80 | opcode);
            var header = 2;
            if (payload.Length < 126)
            {
                to[1] = (byte)(0x80 | payload.Length);
            }
            else if (payload.Length <= ushort.MaxValue)
            {
                to[1] = 0x80 | 126;
                BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)payload.Length);
                header = 4;
            }
            else
            {
                to[1] = 0x80 | 127;
                BinaryPrimitives.WriteInt64BigEndian(to[2..], payload.Length);
                header = 10;
            }
            Mask.CopyTo(to[header..]);
            header += Mask.Length;
            for (var i = 0; i < payload.Length; i++) to[header + i] = (byte)(payload[i] ^ Mask[i & 3]);
            queued += header + payload.Length;
        }
    }

    /// <summary>Sends all queued frames, or a part of their bytes.</summary>
    /// <param name="part">From 0 to 1. With less than 1 the rest is dropped, and the connection can only be closed.</param>
    /// <exception cref="WireException">The connection has ended.</exception>
    public void Flush(double part = 1)
    {
        lock (sending)
        {
            var count = (int)(queued * part);
            queued = 0;
            try
            {
                for (var sent = 0; sent < count;) sent += socket.Send(outgoing, sent, count - sent, SocketFlags.None);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                throw new WireException($"The connection has ended: {e.Message}", e);
            }
        }
    }

    /// <summary>Resets the connection without a close frame, as a lost network does.</summary>
    public void Cut()
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has already ended.
        }
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();
}
