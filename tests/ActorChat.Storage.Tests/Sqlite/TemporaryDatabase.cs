using ActorChat.Domain;
using ActorChat.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorChat.Storage.Tests.Sqlite;

/// <summary>A temporary folder with a database file, and direct access to that file.</summary>
internal sealed class TemporaryDatabase : IDisposable
{
    readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("actorchat-");

    public string Folder => directory.FullName;

    public string Path => System.IO.Path.Combine(Folder, "chat.db");

    public StorageOptions Options => new() { ConnectionString = $"Data Source={Path}" };

    /// <summary>Another program's connection.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False;Default Timeout=5;Foreign Keys=False");
        connection.Open();
        return connection;
    }

    /// <summary>A store on this file.</summary>
    public SqliteChatStore Store(TimeProvider? time = null) => StoreOn(Path, time: time);

    public static SqliteChatStore StoreOn(string path, string synchronous = "FULL", TimeProvider? time = null) => new(
        new StorageOptions { ConnectionString = $"Data Source={path}", Synchronous = synchronous },
        time ?? TimeProvider.System, NullLogger<SqliteChatStore>.Instance);

    /// <summary>Opens a store on this file, or on another one.</summary>
    public async Task<SqliteChatStore> OpenAsync(string? path = null, TimeProvider? time = null)
    {
        var store = StoreOn(path ?? Path, time: time);
        await store.OpenAsync(CancellationToken.None);
        return store;
    }

    /// <summary>The texts of all messages in the default conversation.</summary>
    public static async Task<List<string>> TextsAsync(SqliteChatStore store)
    {
        var all = new HistoryRange(PageEdge.Before, long.MaxValue, 100_000);
        return [.. (await store.ReadMessagesAsync(
            ConversationId.Default, all, CancellationToken.None)).Messages.Select(message => message.Text)];
    }

    /// <summary>Copies the files as a power cut or kill -9 would leave them at this moment.</summary>
    public string CrashImage(string name)
    {
        var image = System.IO.Path.Combine(Directory.CreateDirectory(System.IO.Path.Combine(Folder, name)).FullName, "chat.db");
        File.Copy(Path, image);
        if (File.Exists(Path + "-wal")) File.Copy(Path + "-wal", image + "-wal");
        return image;
    }

    public void Run(string sql)
    {
        using var connection = Connect();
        connection.Execute(sql);
    }

    public List<string> Rows(string sql)
    {
        using var connection = Connect();
        using var reader = connection.Rows(sql);
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join("|",
                Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "null" : reader.GetString(i))));
        return rows;
    }

    public void Dispose() => directory.Delete(recursive: true);
}
