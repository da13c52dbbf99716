using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace ActorChat.Selftest.Histories;

/// <summary>Numbers all entries in one order, and keeps each event once for all clients.</summary>
sealed class Recorder
{
    readonly ConcurrentDictionary<byte[], LoggedEvent> events = new(BytesComparer.Instance);
    readonly ConcurrentDictionary<byte[], LoggedEvent>.AlternateLookup<ReadOnlySpan<byte>> known;
    long order, acknowledged, seen;

    public Recorder() => known = events.GetAlternateLookup<ReadOnlySpan<byte>>();

    public long Next() => Interlocked.Increment(ref order);

    /// <summary>How many acknowledgements and events the clients have received.</summary>
    public (long Acknowledged, long Seen) Counts => (Interlocked.Read(ref acknowledged), Interlocked.Read(ref seen));

    internal void Count(Entry entry)
    {
        if (entry is Acknowledged) Interlocked.Increment(ref acknowledged);
        else if (entry is EventReceived) Interlocked.Increment(ref seen);
    }

    /// <summary>Finds the event with these bytes if a client has received it before.</summary>
    public bool TryGetEvent(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out LoggedEvent? found) => known.TryGetValue(utf8, out found);

    public LoggedEvent Event(ReadOnlySpan<byte> utf8)
    {
        if (known.TryGetValue(utf8, out var found)) return found;
        var bytes = utf8.ToArray();
        return events.GetOrAdd(bytes, LoggedEvent.Parse(bytes));
    }

    sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly BytesComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes) => GetHashCode(bytes.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}

/// <summary>Records one client. Thread-safe.</summary>
sealed class ClientRecorder(Recorder recorder, string name)
{
    readonly Lock gate = new();
    readonly List<Entry> entries = [];
    readonly Fold fold = new();

    public Recorder Recorder => recorder;

    public string Name => name;

    public string? UserId { get; set; }

    public void Add(Entry entry)
    {
        recorder.Count(entry);
        lock (gate)
        {
            entries.Add(entry with { Order = recorder.Next() });
            switch (entry)
            {
                // Events that are requested again are compared, but they change nothing that the client shows.
                case EventReceived { How: not Source.Pull } received: fold.Apply(received.Event); break;
                case ResetReceived reset:
                    foreach (var message in reset.Messages) fold.Put(message);
                    break;
            }
        }
    }

    public ClientHistory ToHistory()
    {
        lock (gate) return new ClientHistory(Name, UserId, [.. entries], fold.Messages);
    }
}
