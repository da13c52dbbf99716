using System.Buffers.Binary;
using System.Diagnostics;
using ActorChat.LoadTool.Dialects;
using ActorChat.Selftest.Clients;

namespace ActorChat.LoadTool.Members;

/// <summary>One connection. What it counts belongs to its reader alone; others read it when everything is over.</summary>
sealed class Member(Crowd crowd, int id)
{
    readonly TaskCompletionSource joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly HashSet<(int Sender, int Number)> missing = [];
    WireSocket? wire;
    int[] next = [];

    public string Name => $"load{Environment.ProcessId}x{id}";

    public int Id => id;

    /// <summary>Its place among those who talk; below 0 for one who only listens.</summary>
    public int Slot { get; set; } = -1;

    public bool Stalls { get; set; }

    /// <summary>The number of its next message.</summary>
    public int Said { get; private set; }

    public long Got { get; private set; }

    public long GotMeasured { get; private set; }

    public long Doubled { get; private set; }

    public long Reordered { get; private set; }

    /// <summary>Of everything in the order in which it came: equal for members who agree about the order.</summary>
    public ulong Order { get; private set; } = 14695981039346656037;

    public bool IsGone { get; private set; }

    public int? CloseCode { get; private set; }

    public long BytesIn => wire?.BytesIn ?? 0;

    public Histogram Latency { get; } = new();

    /// <summary>Of what was said on other servers than this member's.</summary>
    public Histogram LatencyFromElsewhere { get; } = new();

    public long Lost(IReadOnlyList<Member> senders)
    {
        var lost = (long)missing.Count;
        for (var i = 0; i < next.Length; i++) lost += senders[i].Said - next[i];
        return lost;
    }

    public async Task JoinAsync()
    {
        wire = await WireSocket.ConnectAsync(crowd.ServerOf(id), crowd.Dialect.Path, crowd.Dialect.Subprotocol, Stalls ? 4096 : null);
        _ = ReadAsync(wire);
        wire.Queue(crowd.Dialect.Open(Name));
        wire.Flush();
        await joined.Task;
    }

    /// <summary>Before any load: whom it will hear.</summary>
    public void Expect(int senders) => next = new int[senders];

    public void Say(long at, int size)
    {
        Queue(at, size);
        Flush();
    }

    void Queue(long at, int size)
    {
        wire!.Queue(crowd.Dialect.Say(id, Said, new Marker(Slot, Said, at).Text(size)));
        Said++;
    }

    void Flush()
    {
        try
        {
            wire!.Flush();
        }
        catch (WireException)
        {
            IsGone = true;
        }
    }

    public void KeepAlive()
    {
        if (IsGone || wire is null) return;
        wire.Queue(crowd.Dialect.KeepAlive);
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
                open = TakeAll(from, Stopwatch.GetTimestamp());
                if (Stalls && joined.Task.IsCompleted) await crowd.Over;
            }
        }
        catch (Exception e) when (e is LoadException or WireException)
        {
            joined.TrySetException(e);
        }
        IsGone = true;
        joined.TrySetException(new LoadException($"{Name} was cut off before it was in ({CloseCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no code"})."));
    }

    bool TakeAll(WireSocket from, long now)
    {
        var queued = false;
        while (from.TryRead(out var opcode, out var payload))
        {
            switch (opcode)
            {
                case WireSocket.Text when joined.Task.IsCompleted: queued |= Deliver(payload, now); break;
                case WireSocket.Text:
                    if (crowd.Dialect.IsIn(payload, Name, out var answer)) joined.TrySetResult();
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

    // Whether it has something to say now.
    bool Deliver(ReadOnlySpan<byte> frame, long now)
    {
        var queued = false;
        while (Marker.TryTake(ref frame, out var line))
        {
            if ((uint)line.Sender >= (uint)next.Length) continue; // of before the load
            Got++;
            Order = (Order ^ ((ulong)line.Sender << 32 | (uint)line.Number)) * 1099511628211;
            if (crowd.IsMeasuring)
            {
                GotMeasured++;
                var took = Crowd.Nanoseconds(now - line.At);
                Latency.Add(took);
                if (crowd.HasSeveralNodes && crowd.NodeOf(crowd.Senders[line.Sender].Id) != crowd.NodeOf(id)) LatencyFromElsewhere.Add(took);
            }
            Count(line);
            if (line.Sender != Slot || !crowd.IsClosedLoop) continue;
            Queue(now, crowd.Size);
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
            Doubled++;
        }
    }

    public void Leave() => wire?.Cut();
}
