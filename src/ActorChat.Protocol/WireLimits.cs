namespace ActorChat.Protocol;

/// <summary>The limits that a client is told in <c>welcome</c>.</summary>
/// <param name="FrameBytes">Of a whole frame from the client, in bytes.</param>
/// <param name="TextBytes">Of a message's text, in bytes of UTF-8.</param>
/// <param name="MessagesPerSecond">Sends a second of one user in the long run; 0 where there is no limit, of other requests neither.</param>
/// <param name="MessagesBurst">Sends at once after a pause.</param>
/// <param name="RequestsPerSecond">The same for all other requests; 0 where there is no limit.</param>
/// <param name="RequestsBurst">Other requests at once after a pause.</param>
public sealed record WireLimits(
    int FrameBytes = 65536, int TextBytes = 16384, double MessagesPerSecond = 5, int MessagesBurst = 10, double RequestsPerSecond = 100, int RequestsBurst = 1000)
{
    public const int HistoryPage = 100;
    public const int PullRange = 1000;
    public const int KeyMin = 16, KeyMax = 64;

    /// <summary>A client that is silent for so long sends a heartbeat.</summary>
    public const int HeartbeatMs = 25_000;
}
