using System.ComponentModel.DataAnnotations;

namespace ActorChat.Server.Sockets;

/// <summary>The section <c>Outbox</c>: what may wait for a client that does not read. Beyond it the socket closes with 4002.</summary>
sealed record OutboxOptions
{
    /// <summary>Frames.</summary>
    [Range(1, int.MaxValue)]
    public int Frames { get; init; } = 512;

    /// <summary>Bytes.</summary>
    [Range(1, int.MaxValue)]
    public int Bytes { get; init; } = 1 << 20;
}
