using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>Statements in one line each. Values are the parameters $1, $2 and so on.</summary>
internal static class NpgsqlExtensions
{
    /// <summary>Runs one or more statements.</summary>
    /// <returns>The number of rows that changed.</returns>
    public static async Task<int> ExecuteAsync(this NpgsqlConnection connection, string sql, CancellationToken stop, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>The first value of the first row; the default if there is none or it is NULL.</summary>
    public static async Task<T?> QueryAsync<T>(this NpgsqlConnection connection, string sql, CancellationToken stop, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync(stop) is { } value and not DBNull ? (T)value : default;
    }

    /// <summary>All rows.</summary>
    public static async Task<List<T>> RowsAsync<T>(
        this NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> rowOf, CancellationToken stop, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(stop);
        var rows = new List<T>();
        while (await reader.ReadAsync(stop)) rows.Add(rowOf(reader));
        return rows;
    }

    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
