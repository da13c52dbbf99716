using Microsoft.Data.Sqlite;

namespace ActorChat.Storage.Sqlite;

/// <summary>Statements that run rarely, in one line each. Values are the parameters $1, $2 and so on.</summary>
internal static class SqliteConnectionExtensions
{
    /// <summary>Runs one or more statements.</summary>
    /// <returns>The number of rows that changed.</returns>
    public static int Execute(this SqliteConnection connection, string sql, params object[] values)
    {
        using var command = Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first value of the first row; the default if there is none or it is NULL.</summary>
    public static T? Query<T>(this SqliteConnection connection, string sql, params object[] values)
    {
        using var command = Command(connection, sql, values);
        return command.ExecuteScalar() is { } value and not DBNull ? (T)value : default;
    }

    /// <summary>A reader over all rows. Its command is disposed with the connection: disposing it here would close the reader.</summary>
    public static SqliteDataReader Rows(this SqliteConnection connection, string sql, params object[] values) =>
        Command(connection, sql, values).ExecuteReader();

    static SqliteCommand Command(SqliteConnection connection, string sql, object[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i + 1}", values[i]);
        return command;
    }
}
