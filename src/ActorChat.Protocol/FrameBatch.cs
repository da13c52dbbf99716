namespace ActorChat.Protocol;

/// <summary>
/// Ready WebSocket frames, one after the other in one buffer. Built once and handed to every socket that is to get them:
/// it never changes and belongs to nobody.
/// </summary>
/// <param name="Bytes">Whole frames with their headers.</param>
/// <param name="Count">How many frames.</param>
/// <param name="Ephemeral">Whether a client may miss them: they are the first to go when a socket falls behind.</param>
public sealed record FrameBatch(ReadOnlyMemory<byte> Bytes, int Count, bool Ephemeral = false)
{
    public static readonly FrameBatch Empty = new(ReadOnlyMemory<byte>.Empty, 0);
}
