using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// A prepared statement that one thread runs many times. It calls SQLite's C interface directly: for each row a command object of ADO.NET
/// costs about as much as SQLite's own insert, and it allocates for every parameter.
/// Numbering is SQLite's: parameters from 1, columns from 0.
/// </summary>
internal sealed class Statement : IDisposable
{
    const uint Persistent = 0x01; // SQLITE_PREPARE_PERSISTENT
    const int OnStack = 1024;

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly sqlite3 db;
    readonly sqlite3_stmt statement;

    public Statement(SqliteConnection connection, string sql)
    {
        db = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(db, sql, Persistent, out statement));
    }

    public Statement Bind(int index, long? value)
    {
        Check(value is { } number ? raw.sqlite3_bind_int64(statement, index, number) : raw.sqlite3_bind_null(statement, index));
        return this;
    }

    /// <exception cref="UnstorableTextException">The text contains U+0000 or half a surrogate pair.</exception>
    public Statement Bind(int index, string? value)
    {
        if (value is null)
            Check(raw.sqlite3_bind_null(statement, index));
        else if (value.Length == 0)
            Check(raw.sqlite3_bind_text(statement, index, "")); // an empty span would be bound as NULL
        else
            BindText(index, value);
        return this;
    }

    void BindText(int index, string value)
    {
        if (value.Contains('\0')) throw new UnstorableTextException("the text contains U+0000");
        byte[]? rented = null;
        var most = value.Length * 3;
        Span<byte> bytes = most <= OnStack ? stackalloc byte[OnStack] : rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            var length = Utf8.GetBytes(value, bytes);
            Check(raw.sqlite3_bind_text(statement, index, bytes[..length])); // SQLite copies it
        }
        catch (EncoderFallbackException)
        {
            throw new UnstorableTextException("the text contains half a surrogate pair");
        }
        finally
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Moves to the next row; false at the end. Callers that read rows call <see cref="Reset"/> afterwards.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW) return true;
        if (code == raw.SQLITE_DONE) return false;
        var failure = Failure(code);
        raw.sqlite3_reset(statement);
        throw failure;
    }

    public void Reset() => raw.sqlite3_reset(statement); // its result repeats the error of the last step, which was thrown already

    /// <summary>Runs a statement without rows.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>The number of rows that the last statement changed.</summary>
    public int Changed() => raw.sqlite3_changes(db);

    /// <summary>The id of the last row inserted.</summary>
    public long LastId() => raw.sqlite3_last_insert_rowid(db);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(statement, column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public ReadOnlySpan<byte> Utf8Text(int column) => raw.sqlite3_column_blob(statement, column);

    void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw Failure(code);
    }

    SqliteException Failure(int code) => new(raw.sqlite3_errmsg(db).utf8_to_string(), code & 0xff, raw.sqlite3_extended_errcode(db));

    public void Dispose() => statement.Dispose();
}
