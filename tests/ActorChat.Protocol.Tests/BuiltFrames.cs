using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace ActorChat.Protocol.Tests;

/// <summary>Decodes a batch as a client's WebSocket does.</summary>
static class BuiltFrames
{
    public static List<string> Texts(FrameBatch batch)
    {
        var texts = new List<string>();
        var bytes = batch.Bytes.Span;
        while (!bytes.IsEmpty)
        {
            Assert.Equal(0x81, bytes[0]); // a whole text frame, not masked
            var (header, length) = bytes[1] switch
            {
                126 => (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
                127 => (10, (int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..])),
                var small => (2, small),
            };
            texts.Add(Encoding.UTF8.GetString(bytes.Slice(header, length)));
            bytes = bytes[(header + length)..];
        }
        Assert.Equal(batch.Count, texts.Count);
        return texts;
    }

    public static string Text(Action<FrameBatchBuilder> write)
    {
        var builder = new FrameBatchBuilder();
        write(builder);
        return Assert.Single(Texts(builder.Build()));
    }

    public static string Text(Action<Utf8JsonWriter> write) => Text((FrameBatchBuilder builder) =>
    {
        write(builder.Begin());
        builder.End();
    });
}
