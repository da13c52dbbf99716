using Microsoft.Data.Sqlite;

namespace ActorChat.Storage.Tests;

/// <summary>A folder of its own with the path of a database in it, and the means to look into that.</summary>
public sealed class TemporaryDatabase : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorchat-");

    public string Folder => _folder.FullName;

    public string Path => System.IO.Path.Combine(Folder, "chat.db");

    public StorageOptions Options => new() { ConnectionString = $"Data Source={Path}" };

    /// <summary>Another program's connection.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False;Default Timeout=5;Foreign Keys=False");
        connection.Open();
        return connection;
    }

    public void Run(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public List<string> Rows(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join("|", Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "null" : reader.GetString(i))));
        return rows;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
