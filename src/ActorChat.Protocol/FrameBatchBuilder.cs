using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorChat.Protocol;

/// <summary>
/// Collects JSON texts as WebSocket frames in one buffer. Not thread-safe. It can be reused after <see cref="Build"/>.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The writer owns no resource: it writes to the buffer beside it.")]
public sealed class FrameBatchBuilder
{
    // A frame never stands inside HTML, so the encoder escapes only the characters that JSON requires.
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    static FrameBatchBuilder? ofThisThread;

    readonly ArrayBufferWriter<byte> payload = new(1024);
    readonly Utf8JsonWriter json;
    byte[] frames = new byte[1024];
    int length, count;

    public FrameBatchBuilder() => json = new Utf8JsonWriter(payload, Options);

    /// <summary>
    /// The builder of this thread, so that thousands of sessions share a few buffers. The caller must not await between
    /// <see cref="Begin"/> and <see cref="Build"/>.
    /// </summary>
    public static FrameBatchBuilder OfThisThread => ofThisThread ??= new FrameBatchBuilder();

    /// <summary>Begins a frame with one JSON object. The caller writes its fields and then calls <see cref="End"/>.</summary>
    public Utf8JsonWriter Begin()
    {
        payload.ResetWrittenCount();
        json.Reset(payload);
        json.WriteStartObject();
        return json;
    }

    /// <summary>Ends the frame.</summary>
    /// <returns>The range of the frame's text in the batch's bytes.</returns>
    public Range End()
    {
        json.WriteEndObject();
        json.Flush();
        return Add(payload.WrittenSpan);
    }

    /// <summary>Adds a frame with the given JSON text.</summary>
    /// <returns>The range of the text in the batch's bytes.</returns>
    public Range Add(ReadOnlySpan<byte> text)
    {
        var header = text.Length < 126 ? 2 : text.Length <= ushort.MaxValue ? 4 : 10;
        Reserve(header + text.Length);
        var to = frames.AsSpan(length);
        to[0] = 0x81; // FIN and the opcode of text
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
        if (frames.Length > 1 << 18) frames = new byte[1024]; // one large batch must not hold its memory for the life of the thread
        return built;
    }

    void Reserve(int more)
    {
        if (frames.Length - length < more) Array.Resize(ref frames, Math.Max(frames.Length * 2, length + more));
    }
}
