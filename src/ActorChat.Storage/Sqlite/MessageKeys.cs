using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// All keys that were ever used, so that a message is stored exactly once. The table `messages` is the truth; `message_keys` is its index
/// and follows it. Keys are random, so an index that is updated row by row dirties one page for every message: two thirds of the cost of a
/// commit. Instead the newest keys stay in memory, and from time to time they are moved into the index together, in its order. If the
/// process dies in between, the next start finds the rows after <c>keys_indexed_to</c> again.
/// </summary>
/// <remarks>
/// A key is found by 64 bits of SHA-256 over sender and key, and is then compared in its row. Two keys never share a hash by accident; if
/// somebody constructs such a pair, the second key is refused.
/// </remarks>
internal sealed class MessageKeys
{
    readonly Statement find, row, insert, saveReach;
    readonly Dictionary<long, long> recent = [];
    long newest;

    public MessageKeys(SqliteConnection connection, StatementSet statements)
    {
        find = statements.Prepare("SELECT message_id FROM message_keys WHERE hash = ?1");
        row = statements.Prepare("SELECT 1 FROM messages WHERE id = ?1 AND sender_id = ?2 AND key = ?3");
        insert = statements.Prepare(KeyIndex.Insert);
        saveReach = statements.Prepare(KeyIndex.SaveReach);
        using var missing = new Statement(connection, KeyIndex.Missing);
        missing.Bind(1, KeyIndex.ReachesTo(connection)).Bind(2, -1); // no limit: KeyIndex.CatchUp has left only a few
        while (missing.Step()) Add(Hash(missing.Text(1), missing.Text(2)), missing.Int64(0));
    }

    /// <summary>The number of keys that are only in memory.</summary>
    public int Recent => recent.Count;

    /// <returns>The id of the message that the sender has posted under this key; null if there is none.</returns>
    /// <exception cref="UnstorableTextException">Another key has the same hash.</exception>
    public long? Find(string sender, string key, out long hash)
    {
        hash = Hash(sender, key);
        if (!recent.TryGetValue(hash, out var id))
        {
            var indexed = find.Bind(1, hash).Step();
            if (indexed) id = find.Int64(0);
            find.Reset();
            if (!indexed) return null;
        }
        var same = row.Bind(1, id).Bind(2, sender).Bind(3, key).Step();
        row.Reset();
        return same ? id : throw new UnstorableTextException("this key cannot be used; choose another one");
    }

    /// <summary>Remembers a message of the current transaction. If that transaction fails, this object must not be used again.</summary>
    public void Add(long hash, long message)
    {
        recent[hash] = message;
        newest = message;
    }

    /// <summary>
    /// Moves the keys in memory into the index, inside a transaction of its own. Call <see cref="Moved"/> after its commit.
    /// </summary>
    public void Move()
    {
        var hashes = recent.Keys.ToArray();
        Array.Sort(hashes);
        foreach (var hash in hashes) insert.Bind(1, hash).Bind(2, recent[hash]).Run();
        saveReach.Bind(1, newest).Run();
    }

    public void Moved() => recent.Clear();

    public static long Hash(string sender, string key)
    {
        var most = Encoding.UTF8.GetMaxByteCount(sender.Length + key.Length + 1);
        byte[]? rented = null;
        Span<byte> text = most <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(most);
        var length = Encoding.UTF8.GetBytes(sender, text);
        text[length++] = 0; // a separator that no id and no key contains
        length += Encoding.UTF8.GetBytes(key, text[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }
}
