using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// Which keys have ever been used: what makes a message exactly one. The truth is `messages` itself; `message_keys` is its index,
/// and follows it. An index kept row by row dirties one page for every message, because keys are random: two thirds of the whole
/// cost of a commit. Here the newest keys are in memory, and from time to time they go into the index together, in its order.
/// A process that dies between two such moves finds the rows behind <c>keys_indexed_to</c> again when it starts.
/// </summary>
/// <remarks>
/// A key is found by 64 bits of SHA-256 over sender and key and then compared in its row. Nobody meets two keys of one hash by
/// accident; who makes them on purpose has the second refused.
/// </remarks>
internal sealed class MessageKeys : IDisposable
{
    readonly Statement _find, _row, _insert, _mark;
    readonly Dictionary<long, long> _recent = [];
    long _newest;

    public MessageKeys(SqliteConnection connection)
    {
        _find = new Statement(connection, "SELECT message_id FROM message_keys WHERE hash = ?1");
        _row = new Statement(connection, "SELECT 1 FROM messages WHERE id = ?1 AND sender_id = ?2 AND key = ?3");
        _insert = new Statement(connection, KeyIndex.Insert);
        _mark = new Statement(connection, KeyIndex.Mark);
        using var tail = new Statement(connection, KeyIndex.Tail);
        tail.Bind(1, KeyIndex.ReachesTo(connection)).Bind(2, -1); // no limit: see KeyIndex.CatchUp
        while (tail.Step()) Add(Hash(tail.Text(1), tail.Text(2)), tail.Int64(0));
    }

    /// <summary>How many keys are in memory only.</summary>
    public int Recent => _recent.Count;

    /// <returns>The id of the message that the sender has posted under this key.</returns>
    /// <exception cref="UnstorableTextException">The key has the hash of another one.</exception>
    public long? Find(string sender, string key, out long hash)
    {
        hash = Hash(sender, key);
        if (!_recent.TryGetValue(hash, out var id))
        {
            var indexed = _find.Bind(1, hash).Step();
            if (indexed) id = _find.Int64(0);
            _find.Reset();
            if (!indexed) return null;
        }
        var same = _row.Bind(1, id).Bind(2, sender).Bind(3, key).Step();
        _row.Reset();
        return same ? id : throw new UnstorableTextException("the key cannot be used; take another");
    }

    /// <summary>Remembers a message of the present transaction. Where that does not happen, this object is not to be used again.</summary>
    public void Add(long hash, long message)
    {
        _recent[hash] = message;
        _newest = message;
    }

    /// <summary>Inside a transaction of its own: puts the keys in memory into the index. <see cref="Moved"/> after its commit.</summary>
    public void Move()
    {
        var hashes = _recent.Keys.ToArray();
        Array.Sort(hashes);
        foreach (var hash in hashes) _insert.Bind(1, hash).Bind(2, _recent[hash]).Run();
        _mark.Bind(1, _newest).Run();
    }

    public void Moved() => _recent.Clear();

    public static long Hash(string sender, string key)
    {
        var most = Encoding.UTF8.GetMaxByteCount(sender.Length + key.Length + 1);
        byte[]? rented = null;
        Span<byte> text = most <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(most);
        var length = Encoding.UTF8.GetBytes(sender, text);
        text[length++] = 0; // no id and no key holds it
        length += Encoding.UTF8.GetBytes(key, text[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }

    public void Dispose()
    {
        _find.Dispose();
        _row.Dispose();
        _insert.Dispose();
        _mark.Dispose();
    }
}
