namespace ActorChat.Protocol;

/// <summary>The limits of the protocol itself. They are no settings: clients rely on them.</summary>
public static class WireLimits
{
    /// <summary>Messages in one page of history at most.</summary>
    public const int HistoryPage = 100;

    /// <summary>Events in one <c>pull</c> at most.</summary>
    public const int PullRange = 1000;

    /// <summary>Characters of a send's key.</summary>
    public const int KeyMin = 16, KeyMax = 64;

    /// <summary>A client that has sent nothing for so long sends a heartbeat.</summary>
    public const int HeartbeatMs = 25_000;
}
