using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ActorChat.Storage.Moving;

/// <summary>
/// SHA-256 over all rows of a table, column by column, each with its length in front. Two tables are equal if their digests and row counts
/// are.
/// </summary>
internal sealed class TableDigest(MovedTable table) : IDisposable
{
    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly byte[] length = new byte[sizeof(int)];

    public long Rows { get; private set; }

    public void Add(Func<MovedColumn, int, object?> valueOf)
    {
        for (var i = 0; i < table.Columns.Length; i++)
        {
            var value = valueOf(table.Columns[i], i);
            var text = Encoding.UTF8.GetBytes(MovedColumn.Canonical(value));
            BinaryPrimitives.WriteInt32LittleEndian(length, value is null ? -1 : text.Length);
            hash.AppendData(length);
            hash.AppendData(text);
        }
        Rows++;
    }

    public string Finish() => Convert.ToHexStringLower(hash.GetHashAndReset());

    public void Dispose() => hash.Dispose();
}
