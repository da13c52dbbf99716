using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorChat.Protocol;

/// <summary>
/// Gathers JSON texts as WebSocket frames in one buffer. Not for several threads at once; usable again after <see cref="Build"/>.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The writer holds nothing but the buffer beside it.")]
public sealed class FrameBatchBuilder
{
    // Frames are JSON in WebSocket text, never inside HTML: only what JSON itself demands is escaped.
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    static FrameBatchBuilder? ofThisThread;

    readonly ArrayBufferWriter<byte> payload = new(1024);
    readonly Utf8JsonWriter json;
    byte[] frames = new byte[1024];
    int length, count;

    public FrameBatchBuilder() => json = new Utf8JsonWriter(payload, Options);

    /// <summary>
    /// One for short work without an await between its begin and its <see cref="Build"/>: thousands of sessions share a few of them.
    /// </summary>
    public static FrameBatchBuilder OfThisThread => ofThisThread ??= new FrameBatchBuilder();

    /// <summary>Begins a frame: what is written to the result until <see cref="End"/> is its text.</summary>
    public Utf8JsonWriter Begin()
    {
        payload.ResetWrittenCount();
        json.Reset(payload);
        json.WriteStartObject();
        return json;
    }

    /// <summary>Ends the frame. The result is where its text stands within the batch's bytes.</summary>
    public Range End()
    {
        json.WriteEndObject();
        json.Flush();
        return Add(payload.WrittenSpan);
    }

    /// <summary>Adds a frame whose JSON text is there already.</summary>
    public Range Add(ReadOnlySpan<byte> text)
    {
        var header = text.Length < 126 ? 2 : text.Length <= ushort.MaxValue ? 4 : 10;
        Reserve(header + text.Length);
        var to = frames.AsSpan(length);
        to[0] = 0x81; // a whole text frame
        switch (header)
        {
            case 2: to[1] = (byte)text.Length; break;
            case 4: to[1] = 126; BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)text.Length); break;
            default: to[1] = 127; BinaryPrimitives.WriteUInt64BigEndian(to[2..], (ulong)text.Length); break;
        }
        text.CopyTo(to[header..]);
        var start = length + header;
        length += header + text.Length;
        count++;
        return start..length;
    }

    public FrameBatch Build(bool ephemeral = false)
    {
        var built = count == 0 ? FrameBatch.Empty : new FrameBatch(frames.AsSpan(0, length).ToArray(), count, ephemeral);
        length = count = 0;
        if (frames.Length > 1 << 18) frames = new byte[1024]; // a rare large one must not stay for ever
        return built;
    }

    void Reserve(int more)
    {
        if (frames.Length - length < more) Array.Resize(ref frames, Math.Max(frames.Length * 2, length + more));
    }
}
