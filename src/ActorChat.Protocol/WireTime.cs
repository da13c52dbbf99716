using System.Globalization;
using System.Text.Json;

namespace ActorChat.Protocol;

/// <summary>Times on the wire: RFC 3339 in UTC with milliseconds, <c>2026-11-22T07:40:52.123Z</c>.</summary>
public static class WireTime
{
    const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset at)
    {
        Span<byte> utf8 = stackalloc byte[24];
        at.UtcDateTime.TryFormat(utf8, out var written, Format, CultureInfo.InvariantCulture);
        json.WriteString(name, utf8[..written]);
    }
}
