using ActorChat.Protocol;

namespace ActorChat.Actors.Sessions;

/// <summary>How fast one user may be, over all of their connections, and how many of those there are.</summary>
public sealed class UserAllowance(LimitsOptions rates)
{
    internal int Open { get; set; }

    public TokenBucket Sends { get; } = new(rates.MessagesPerSecond, rates.MessagesBurst);

    /// <summary>Everything but sends. Where sends have no limit, neither has the rest.</summary>
    public TokenBucket Requests { get; } = new(rates.MessagesPerSecond <= 0 ? 0 : rates.RequestsPerSecond, rates.RequestsBurst);

    internal bool IsFull(long nowMs) => Sends.IsFull(nowMs) && Requests.IsFull(nowMs);
}
