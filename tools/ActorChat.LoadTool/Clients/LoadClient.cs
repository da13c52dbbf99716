using System.Buffers.Binary;
using System.Diagnostics;
using ActorChat.LoadTool.Protocols;
using ActorChat.Selftest.Clients;

namespace ActorChat.LoadTool.Clients;

/// <summary>One connection. Only its reader changes the counts; others read them when the run is over.</summary>
sealed class LoadClient(LoadClients clients, int id)
{
    readonly TaskCompletionSource joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly HashSet<(int Sender, int Number)> missing = [];
    WireSocket? wire;
    int[] next = [];

    public string Name => $"load{Environment.ProcessId}x{id}";

    public int Id => id;

    /// <summary>Its index among the senders; negative for a client that only reads.</summary>
    public int Slot { get; set; } = -1;

    public bool IsStalled { get; set; }

    /// <summary>How many messages it has sent, which is the number of its next one.</summary>
    public int SentCount { get; private set; }

    public long Received { get; private set; }

    public long ReceivedMeasured { get; private set; }

    public long Duplicates { get; private set; }

    public long Reordered { get; private set; }

    /// <summary>A hash of all messages in the order in which they came: equal for clients that saw the same order.</summary>
    public ulong Order { get; private set; } = 14695981039346656037;

    public bool IsDisconnected { get; private set; }

    public int? CloseCode { get; private set; }

    public long BytesIn => wire?.BytesIn ?? 0;

    public Histogram Latency { get; } = new();

    /// <summary>The latency of messages that were sent to other servers than this client's.</summary>
    public Histogram LatencyAcrossNodes { get; } = new();

    public long Lost(IReadOnlyList<LoadClient> senders)
    {
        var lost = (long)missing.Count;
        for (var i = 0; i < next.Length; i++) lost += senders[i].SentCount - next[i];
        return lost;
    }

    public async Task JoinAsync()
    {
        var (server, protocol, receiveBuffer) = (clients.ServerOf(id), clients.Protocol, IsStalled ? 4096 : (int?)null);
        wire = await WireSocket.ConnectAsync(server, protocol.Path, protocol.Subprotocol, receiveBuffer);
        _ = ReadAsync(wire);
        wire.Queue(protocol.Open(Name));
        wire.Flush();
        await joined.Task;
    }

    /// <summary>Prepares for messages of so many senders.</summary>
    public void Expect(int senders) => next = new int[senders];

    public void Send(long at, int size)
    {
        Queue(at, size);
        Flush();
    }

    void Queue(long at, int size)
    {
        wire!.Queue(clients.Protocol.Send(id, SentCount, new Marker(Slot, SentCount, at).Text(size)));
        SentCount++;
    }

    void Flush()
    {
        try
        {
            wire!.Flush();
        }
        catch (WireException)
        {
            IsDisconnected = true;
        }
    }

    public void KeepAlive()
    {
        if (IsDisconnected || wire is null) return;
        wire.Queue(clients.Protocol.KeepAlive);
        Flush();
    }

    async Task ReadAsync(WireSocket from)
    {
        await Task.Yield();
        var open = true;
        try
        {
            while (open && await from.ReceiveAsync())
            {
                open = ReadFrames(from, Stopwatch.GetTimestamp());
                if (IsStalled && joined.Task.IsCompleted) await clients.Over;
            }
        }
        catch (Exception e) when (e is LoadException or WireException)
        {
            joined.TrySetException(e);
        }
        IsDisconnected = true;
        joined.TrySetException(new LoadException($"{Name} was disconnected before it joined ({CloseCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no code"})."));
    }

    bool ReadFrames(WireSocket from, long now)
    {
        var queued = false;
        while (from.TryRead(out var opcode, out var payload))
        {
            switch (opcode)
            {
                case WireSocket.Text when joined.Task.IsCompleted: queued |= Deliver(payload, now); break;
                case WireSocket.Text:
                    if (clients.Protocol.IsJoined(payload, Name, out var answer)) joined.TrySetResult();
                    if (answer is null) break;
                    from.Queue(answer);
                    queued = true;
                    break;
                case WireSocket.Ping:
                    from.Queue(payload, WireSocket.Pong);
                    queued = true;
                    break;
                case WireSocket.Close:
                    CloseCode = payload.Length < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(payload);
                    return false;
            }
        }
        if (queued) Flush();
        return true;
    }

    // Whether there is something to send now.
    bool Deliver(ReadOnlySpan<byte> frame, long now)
    {
        var queued = false;
        while (Marker.TryTake(ref frame, out var line))
        {
            if ((uint)line.Sender >= (uint)next.Length) continue; // from before the load
            Received++;
            Order = (Order ^ ((ulong)line.Sender << 32 | (uint)line.Number)) * 1099511628211;
            if (clients.IsMeasuring)
            {
                ReceivedMeasured++;
                var took = LoadClients.Nanoseconds(now - line.At);
                Latency.Add(took);
                if (clients.HasSeveralNodes && clients.NodeOf(clients.Senders[line.Sender].Id) != clients.NodeOf(id))
                    LatencyAcrossNodes.Add(took);
            }
            Count(line);
            if (line.Sender != Slot || !clients.IsClosedLoop) continue;
            Queue(now, clients.Size);
            queued = true;
        }
        return queued;
    }

    void Count(Marker line)
    {
        ref var expected = ref next[line.Sender];
        if (line.Number == expected)
        {
            expected++;
        }
        else if (line.Number > expected)
        {
            for (; expected < line.Number; expected++) missing.Add((line.Sender, expected));
            expected++;
        }
        else if (missing.Remove((line.Sender, line.Number)))
        {
            Reordered++;
        }
        else
        {
            Duplicates++;
        }
    }

    public void Disconnect() => wire?.Cut();
}
