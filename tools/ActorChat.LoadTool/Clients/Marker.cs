using System.Buffers.Text;

namespace ActorChat.LoadTool.Clients;

/// <summary>
/// The text of a message of the load: its sender, its number among the sender's messages, and when it was due. It is found in a frame
/// without parsing the frame, since the tool must be cheaper than the server.
/// </summary>
readonly record struct Marker(int Sender, int Number, long At)
{
    public static readonly string Prefix = $"@@{Environment.ProcessId}:";
    static readonly byte[] PrefixUtf8 = System.Text.Encoding.ASCII.GetBytes(Prefix);

    public string Text(int size)
    {
        var text = $"{Prefix}{Sender}:{Number}:{At}@@";
        return text.Length >= size ? text : text.PadRight(size, 'x');
    }

    /// <summary>Finds the next marker in a frame, and advances the frame past it.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> frame, out Marker marker)
    {
        marker = default;
        var at = frame.IndexOf(PrefixUtf8);
        if (at < 0) return false;
        frame = frame[(at + PrefixUtf8.Length)..];
        if (!Utf8Parser.TryParse(frame, out int sender, out var length)) return false;
        frame = frame[(length + 1)..];
        if (!Utf8Parser.TryParse(frame, out int number, out length)) return false;
        frame = frame[(length + 1)..];
        if (!Utf8Parser.TryParse(frame, out long due, out length)) return false;
        frame = frame[length..];
        marker = new Marker(sender, number, due);
        return true;
    }
}
