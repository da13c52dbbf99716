using System.Data.Common;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace ActorChat.Storage.Moving;

/// <summary>A table of both engines: its columns in one order, and how a value of SQLite becomes a value of PostgreSQL.</summary>
internal sealed record MovedTable(string Name, params MovedColumn[] Columns)
{
    public static readonly MovedTable Users = new("users",
        Text("user_id"), Text("username"), Time("created_at"), Time("last_activity"), Text("name_key"), Text("role"));

    public static readonly MovedTable Conversations = new("conversations",
        Text("conversation_id"), Time("created_at"), Time("updated_at"), Text("title"), Text("kind"), Number("head"));

    public static readonly MovedTable Participants =
        new("conversation_participants", Text("conversation_id"), Text("user_id"), Time("joined_at"));

    public static readonly MovedTable Sessions =
        new("sessions", Text("token_hash"), Text("user_id"), Time("created_at"), Time("revoked_at"));

    public static readonly MovedTable ReadPositions = new("reads", Text("user_id"), Text("conversation_id"), Number("seq"));

    public static readonly MovedTable Messages = new("messages",
        Text("conversation_id"), Number("seq"), Text("sender_id"), Text("sender_name"), Text("text"), Text("message_type"),
        Time("created_at"), Text("key"), Number("reply_to"), Time("edited_at"), Time("deleted_at"), Text("state"), Text("model"),
        Number("context_from"), Number("context_to"), new MovedColumn("context_count", NpgsqlDbType.Integer),
        Number("input_tokens"), Number("output_tokens"), Text("error"));

    public static readonly MovedTable Changes = new("changes",
        Text("conversation_id"), Number("seq"), Number("message_seq"), Text("kind"), Text("by"), Text("before"), Text("after"), Time("at"));

    /// <summary>The names of all <see cref="Columns"/>, for a statement.</summary>
    public string Names => string.Join(", ", Columns.Select(column => column.Name));

    static MovedColumn Text(string name) => new(name, NpgsqlDbType.Text);

    static MovedColumn Time(string name) => new(name, NpgsqlDbType.TimestampTz);

    static MovedColumn Number(string name) => new(name, NpgsqlDbType.Bigint);
}

internal sealed record MovedColumn(string Name, NpgsqlDbType Type)
{
    /// <summary>The value of a SQLite row as PostgreSQL accepts it. PostgreSQL stores no U+0000: it becomes U+FFFD.</summary>
    public object? Read(DbDataReader row, int column) => row.IsDBNull(column) ? null : Type switch
    {
        NpgsqlDbType.Text => row.GetString(column).Replace('\0', '\uFFFD'),
        NpgsqlDbType.TimestampTz => StoredValues.Time(row.GetString(column)).UtcDateTime,
        NpgsqlDbType.Integer => row.GetInt32(column),
        _ => row.GetInt64(column),
    };

    public async Task WriteAsync(NpgsqlBinaryImporter to, object? value, CancellationToken stop)
    {
        if (value is null) await to.WriteNullAsync(stop);
        else await to.WriteAsync(value, Type, stop);
    }

    /// <summary>A value in the form that goes into a digest: the same for both engines.</summary>
    public static string Canonical(object? value) => value switch
    {
        null => "",
        DateTime time => StoredValues.Time(new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc))),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
