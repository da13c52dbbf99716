using System.Collections.Concurrent;

namespace ActorChat.Actors.Sessions;

/// <summary>
/// Counts connections by address and by user, each against its limit; 0 is no limit. For any thread: sockets are counted before
/// there is an actor for them.
/// </summary>
public sealed class ConnectionQuota(int perAddress, int perUser)
{
    readonly ConcurrentDictionary<string, int> addresses = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, int> users = new(StringComparer.Ordinal);

    public bool TryEnterAddress(string address) => TryEnter(addresses, address, perAddress);

    public void LeaveAddress(string address) => Leave(addresses, address);

    public bool TryEnterUser(string user) => TryEnter(users, user, perUser);

    public void LeaveUser(string user) => Leave(users, user);

    static bool TryEnter(ConcurrentDictionary<string, int> counts, string key, int limit)
    {
        if (counts.AddOrUpdate(key, 1, (_, n) => n + 1) <= limit || limit == 0) return true;
        Leave(counts, key);
        return false;
    }

    static void Leave(ConcurrentDictionary<string, int> counts, string key)
    {
        // An entry at zero goes, so that addresses seen once do not stay for ever.
        if (counts.AddOrUpdate(key, 0, (_, n) => n - 1) <= 0) counts.TryRemove(new KeyValuePair<string, int>(key, 0));
    }
}
