using ActorChat.Actors.Telemetry;
using ActorChat.Protocol;

namespace ActorChat.Actors.Sessions;

/// <summary>How many connections there may be; 0 is no limit.</summary>
/// <param name="Connections">Open ones of the process.</param>
/// <param name="BeforeHello">Of those, the ones that have not said who they are; one address holds half of them at most.</param>
/// <param name="PerAddress">Open ones from one address.</param>
/// <param name="PerUser">Open ones of one user.</param>
/// <param name="HandshakesPerSecond">New ones a second from one address, in the long run.</param>
/// <param name="HandshakesBurst">New ones at once from one address, after a pause.</param>
public sealed record ConnectionLimits(
    int Connections = 0, int BeforeHello = 0, int PerAddress = 0, int PerUser = 0, double HandshakesPerSecond = 0, int HandshakesBurst = 1)
{
    public static ConnectionLimits From(LimitsOptions limits) => new(
        limits.Connections, limits.ConnectionsBeforeHello, limits.ConnectionsPerAddress, limits.ConnectionsPerUser, limits.HandshakesPerSecond, limits.HandshakesBurst);
}

/// <summary>
/// Counts connections — of the process, by address, by user — against their limits. For any thread: a connection is counted before
/// there is an actor for it, and what is refused here has cost the server a request and nothing else.
/// An address or a user that has gone is remembered until its buckets are full again, so that coming back does not fill them.
/// </summary>
public sealed class ConnectionQuota(ConnectionLimits limits)
{
    readonly Lock gate = new();
    readonly Register<AddressUse> addresses = new(use => use.Open, (use, now) => use.Handshakes.IsFull(now));
    readonly Register<UserAllowance> users = new(user => user.Open, (user, now) => user.IsFull(now));
    int open, beforeHello;

    /// <summary>How many addresses and users are remembered.</summary>
    public int Remembered
    {
        get
        {
            lock (gate) return addresses.Count + users.Count;
        }
    }

    /// <summary>A place for a connection, or why there is none and how many milliseconds to wait.</summary>
    public (ConnectionPlace? Place, RefusedFor Why, int AfterMs) TryEnter(string address, long nowMs)
    {
        lock (gate)
        {
            var use = addresses.Of(address, nowMs, () => new AddressUse(new TokenBucket(limits.HandshakesPerSecond, limits.HandshakesBurst)));
            if (use.Handshakes.TryTake(nowMs) is { } wait) return Refused(RefusedFor.Handshakes, wait);
            if (IsOver(open + 1, limits.Connections)) return Refused(RefusedFor.Process, 5000);
            if (IsOver(beforeHello + 1, limits.BeforeHello) || IsOver(2 * (use.BeforeHello + 1), limits.BeforeHello)) return Refused(RefusedFor.Hello, 1000);
            // One too many of an address is let in to be told so: its client is a person's, who has to close another one.
            var isTooMany = IsOver(use.Open + 1, limits.PerAddress);
            if (isTooMany) ChatMetrics.Refuse(RefusedFor.Address);
            else use.Open++;
            open++;
            beforeHello++;
            use.BeforeHello++;
            return (new ConnectionPlace(this, use, isTooMany), default, 0);
        }
    }

    static (ConnectionPlace?, RefusedFor, int) Refused(RefusedFor why, int afterMs)
    {
        ChatMetrics.Refuse(why);
        return (null, why, afterMs);
    }

    /// <summary>A place among the connections of a user; null where there is none.</summary>
    public UserAllowance? TryEnterUser(string user, LimitsOptions rates, long nowMs)
    {
        lock (gate)
        {
            var allowance = users.Of(user, nowMs, () => new UserAllowance(rates));
            if (IsOver(allowance.Open + 1, limits.PerUser))
            {
                ChatMetrics.Refuse(RefusedFor.User);
                return null;
            }
            allowance.Open++;
            return allowance;
        }
    }

    public void LeaveUser(UserAllowance allowance)
    {
        ArgumentNullException.ThrowIfNull(allowance);
        lock (gate) allowance.Open--;
    }

    internal void SaidHello(AddressUse use)
    {
        lock (gate)
        {
            beforeHello--;
            use.BeforeHello--;
        }
    }

    internal void Leave(AddressUse use, bool wasTooMany)
    {
        lock (gate)
        {
            open--;
            if (!wasTooMany) use.Open--;
        }
    }

    static bool IsOver(int count, int limit) => limit > 0 && count > limit;

    /// <summary>What is remembered by key, and forgotten when it is worth nothing any more.</summary>
    sealed class Register<T>(Func<T, int> openOf, Func<T, long, bool> isFull) where T : class
    {
        const long SweepMs = 5000;

        readonly Dictionary<string, T> all = new(StringComparer.Ordinal);
        long sweptAt;

        public int Count => all.Count;

        public T Of(string key, long nowMs, Func<T> make)
        {
            if (nowMs - sweptAt > SweepMs)
            {
                sweptAt = nowMs;
                foreach (var (old, use) in all)
                    if (openOf(use) == 0 && isFull(use, nowMs))
                        all.Remove(old);
            }
            if (!all.TryGetValue(key, out var found)) all.Add(key, found = make());
            return found;
        }
    }
}

/// <summary>What one address uses.</summary>
sealed class AddressUse(TokenBucket handshakes)
{
    public TokenBucket Handshakes { get; } = handshakes;

    public int Open { get; set; }

    public int BeforeHello { get; set; }
}

/// <summary>What a connection was refused for.</summary>
public enum RefusedFor { Handshakes, Process, Hello, Address, User }
