namespace ActorChat.Protocol;

/// <summary>The fixed limits of the protocol. They are not settings, because clients rely on them.</summary>
public static class WireLimits
{
    /// <summary>The most messages in one page of history.</summary>
    public const int HistoryPage = 100;

    /// <summary>The most events in one <c>pull</c>.</summary>
    public const int PullRange = 1000;

    /// <summary>The length of a send's key, in characters.</summary>
    public const int KeyMin = 16, KeyMax = 64;

    /// <summary>After how many milliseconds of silence a client sends a heartbeat.</summary>
    public const int HeartbeatMs = 25_000;
}
