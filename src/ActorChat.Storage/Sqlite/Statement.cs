using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// A prepared statement, used again and again by one thread. It talks to SQLite's own interface: a command object of ADO.NET
/// costs about as much for each row as SQLite's insert does, and both allocate for every parameter.
/// Columns and parameters count as SQLite counts them: parameters from 1, columns from 0.
/// </summary>
internal sealed class Statement : IDisposable
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    const int OnStack = 1024;

    readonly sqlite3 _db;
    readonly sqlite3_stmt _statement;

    public Statement(SqliteConnection connection, string sql)
    {
        _db = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(_db, sql, Persistent, out _statement));
    }

    const uint Persistent = 0x01;

    public Statement Bind(int index, long? value)
    {
        Check(value is { } number ? raw.sqlite3_bind_int64(_statement, index, number) : raw.sqlite3_bind_null(_statement, index));
        return this;
    }

    /// <exception cref="UnstorableTextException">The text holds U+0000 or half a surrogate pair.</exception>
    public Statement Bind(int index, string? value)
    {
        if (value is null)
            Check(raw.sqlite3_bind_null(_statement, index));
        else if (value.Length == 0)
            Check(raw.sqlite3_bind_text(_statement, index, "")); // an empty span would be bound as NULL
        else
            BindText(index, value);
        return this;
    }

    void BindText(int index, string value)
    {
        if (value.Contains('\0')) throw new UnstorableTextException("the text holds U+0000");
        byte[]? rented = null;
        var most = value.Length * 3;
        Span<byte> bytes = most <= OnStack ? stackalloc byte[OnStack] : rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            var length = Utf8.GetBytes(value, bytes);
            Check(raw.sqlite3_bind_text(_statement, index, bytes[..length])); // SQLite copies it
        }
        catch (EncoderFallbackException)
        {
            throw new UnstorableTextException("the text holds half a surrogate pair");
        }
        finally
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>To the next row; false where there is none. Whoever reads rows calls <see cref="Reset"/> at the end.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW) return true;
        if (code == raw.SQLITE_DONE) return false;
        var failure = Failure(_db, code);
        raw.sqlite3_reset(_statement);
        throw failure;
    }

    public void Reset() => raw.sqlite3_reset(_statement); // its code repeats that of the last step, which has been thrown

    /// <summary>Runs a statement that has no rows.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>How many rows the last statement changed.</summary>
    public int Changed() => raw.sqlite3_changes(_db);

    /// <summary>The id of the last row inserted.</summary>
    public long LastId() => raw.sqlite3_last_insert_rowid(_db);

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(_statement, column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public ReadOnlySpan<byte> Utf8Text(int column) => raw.sqlite3_column_blob(_statement, column);

    void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw Failure(_db, code);
    }

    static SqliteException Failure(sqlite3 db, int code) =>
        new(raw.sqlite3_errmsg(db).utf8_to_string(), code & 0xff, raw.sqlite3_extended_errcode(db));

    public void Dispose() => _statement?.Dispose();
}
