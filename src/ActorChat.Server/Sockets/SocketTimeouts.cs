namespace ActorChat.Server.Sockets;

/// <summary>
/// How long a client may take. <see cref="SocketMonitor"/> checks every two seconds, so each may last up to two seconds longer.
/// </summary>
sealed record SocketTimeouts
{
    /// <summary>After so long without any bytes from the client it is pinged, at every check.</summary>
    public TimeSpan Ping { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After so long without any bytes the connection is closed with 4003.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>From a frame's first byte to its last; then the connection is closed with 4413.</summary>
    public TimeSpan Frame { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>A client that takes nothing of its waiting frames for so long is closed with 4002.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From our close frame to the client's; then the connection is aborted.</summary>
    public TimeSpan Close { get; init; } = TimeSpan.FromSeconds(5);
}
