using ActorChat.Domain;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorChat.Storage.Sqlite;

/// <summary>The path of the database, and how connections to it are opened.</summary>
internal sealed class DatabaseFile
{
    /// <summary>
    /// How long a write waits for another program's lock. Two waits, of the upkeep and of the commit behind it, are less than 5 s.
    /// </summary>
    static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(2);

    readonly string synchronous;

    /// <exception cref="StoreStartException">The settings name no usable file.</exception>
    public DatabaseFile(StorageOptions options)
    {
        synchronous = options.Synchronous.ToUpperInvariant();
        if (synchronous is not ("FULL" or "NORMAL"))
            throw new StoreStartException($"Storage:Synchronous is '{options.Synchronous}'; it must be FULL or NORMAL.");
        Path = FullPathOf(options.ConnectionString);
    }

    public string Path { get; }

    /// <summary>For tests of faults: called with every writing connection before it is used.</summary>
    public Action<SqliteConnection>? WriterConnected { get; init; }

    /// <summary>For tests of faults: called on the writer's thread before each upkeep.</summary>
    public Action? UpkeepBegins { get; init; }

    static string FullPathOf(string connectionString)
    {
        SqliteConnectionStringBuilder settings;
        try
        {
            settings = new SqliteConnectionStringBuilder(connectionString);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException)
        {
            throw new StoreStartException(
                $"Storage:ConnectionString cannot be parsed: {unreadable.Message.ReplaceLineEndings(" ")}", unreadable);
        }
        var source = settings.DataSource;
        if (source is "" or ":memory:" || source.StartsWith("file:", StringComparison.Ordinal) || settings.Mode == SqliteOpenMode.Memory)
            throw new StoreStartException(
                $"Storage:ConnectionString must name a file, for example 'Data Source=data/actorchat.db'; it is '{connectionString}'.");
        var path = System.IO.Path.GetFullPath(source);
        // Two names of one file must take the same lock.
        return new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;
    }

    public SqliteConnection OpenForWriting()
    {
        var connection = Open(SqliteOpenMode.ReadWrite);
        try
        {
            // No automatic checkpoint: the writer moves the WAL into the database when it has nothing else to do (SqliteWriter).
            connection.Execute($"""
                PRAGMA synchronous = {synchronous};
                PRAGMA foreign_keys = ON;
                PRAGMA wal_autocheckpoint = 0;
                PRAGMA journal_size_limit = {64 << 20};
                PRAGMA cache_size = -{32 << 10};
                """);
            WriterConnected?.Invoke(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public SqliteConnection OpenForReading() => Open(SqliteOpenMode.ReadOnly);

    /// <summary>Opens without changing the journal mode: to inspect or migrate a file.</summary>
    public SqliteConnection Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 3,
        }.ConnectionString);
        connection.Open();
        raw.sqlite3_busy_timeout(connection.Handle!, (int)BusyTimeout.TotalMilliseconds);
        return connection;
    }
}
