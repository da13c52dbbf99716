using ActorChat.Actors.Sessions;
using ActorChat.Domain;

namespace ActorChat.Actors.Tests.Sessions;

/// <summary>Limits that count down and do not refill by themselves. The defaults limit nothing.</summary>
sealed class FakeUserLimits(
    int places = int.MaxValue, int sends = int.MaxValue, int requests = int.MaxValue, int refusals = int.MaxValue) : IUserLimits
{
    public const int RetryAfterMs = 1000;

    int places = places, sends = sends, requests = requests, refusals = refusals, open;

    /// <summary>The number of places that are taken and not freed.</summary>
    public int Open => Volatile.Read(ref open);

    public void Refill(int sends) => Volatile.Write(ref this.sends, sends);

    public IUserPlace? TryEnter(UserId user)
    {
        if (!Take(ref places)) return null;
        Interlocked.Increment(ref open);
        return new Place(this);
    }

    static bool Take(ref int left) => Interlocked.Decrement(ref left) >= 0;

    sealed class Place(FakeUserLimits limits) : IUserPlace
    {
        public int? TakeSend() => Take(ref limits.sends) ? null : RetryAfterMs;

        public int? TakeRequest() => Take(ref limits.requests) ? null : RetryAfterMs;

        public bool TakeRefusal() => Take(ref limits.refusals);

        public void Dispose() => Interlocked.Decrement(ref limits.open);
    }
}
