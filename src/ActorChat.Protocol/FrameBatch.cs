namespace ActorChat.Protocol;

/// <summary>
/// Encoded WebSocket frames, one after the other in one buffer. A batch never changes, so all sockets that send it share the buffer.
/// </summary>
/// <param name="Bytes">Whole frames with their headers.</param>
/// <param name="Count">The number of frames.</param>
/// <param name="Ephemeral">True if a client may miss the frames. A slow socket drops these first.</param>
public sealed record FrameBatch(ReadOnlyMemory<byte> Bytes, int Count, bool Ephemeral = false)
{
    public static readonly FrameBatch Empty = new(ReadOnlyMemory<byte>.Empty, 0);
}
