using System.Text;
using System.Text.Json;
using ActorChat.Protocol;

namespace ActorChat.Actors.Tests;

/// <summary>Parses encoded server frames back into JSON.</summary>
static class FrameTexts
{
    public static IEnumerable<JsonElement> Read(FrameBatch batch)
    {
        for (var at = 0; at < batch.Bytes.Length;)
        {
            var bytes = batch.Bytes.Span;
            var (header, length) = bytes[at + 1] < 126 ? (2, bytes[at + 1]) : (4, bytes[at + 2] << 8 | bytes[at + 3]);
            yield return JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetString(bytes.Slice(at + header, length)));
            at += header + length;
        }
    }
}
