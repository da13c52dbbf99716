using System.Buffers.Binary;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;

namespace ActorChat.Storage.Moving;

/// <summary>SHA-256 over all rows of a table, column by column, each with its length before it: two tables are the same where their digests and counts are.</summary>
internal sealed class LogDigest(MovedTable table) : IDisposable
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly byte[] _length = new byte[sizeof(int)];

    public long Rows { get; private set; }

    public void Add(DbDataReader row, Func<MovedColumn, int, object?> valueOf)
    {
        for (var i = 0; i < table.Columns.Length; i++)
        {
            var value = valueOf(table.Columns[i], i);
            var text = Encoding.UTF8.GetBytes(MovedColumn.Canonical(value));
            BinaryPrimitives.WriteInt32LittleEndian(_length, value is null ? -1 : text.Length);
            _hash.AppendData(_length);
            _hash.AppendData(text);
        }
        Rows++;
    }

    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
