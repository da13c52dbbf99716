using ActorChat.Domain;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorChat.Storage.Sqlite;

/// <summary>Where the database is and how connections to it are opened.</summary>
internal sealed class DatabaseFile
{
    /// <summary>How long a write waits for another program's lock. Twice that, the upkeep's wait and then the commit's, is less than 5 s.</summary>
    static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(2);

    readonly string _synchronous;

    /// <exception cref="StoreStartException">The settings name no usable file.</exception>
    public DatabaseFile(StorageOptions options)
    {
        _synchronous = options.Synchronous.ToUpperInvariant();
        if (_synchronous is not ("FULL" or "NORMAL"))
            throw new StoreStartException($"Storage:Synchronous is '{options.Synchronous}'; it must be FULL or NORMAL.");
        Path = FullPathOf(options.ConnectionString);
    }

    public string Path { get; }

    /// <summary>For tests of faults: sees every connection that is about to write.</summary>
    public Action<SqliteConnection>? WriterConnected { get; init; }

    /// <summary>For tests of faults: runs on the writer's thread before each upkeep.</summary>
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
            throw new StoreStartException($"Storage:ConnectionString cannot be read: {unreadable.Message.ReplaceLineEndings(" ")}", unreadable);
        }
        if (settings.DataSource is "" or ":memory:" || settings.DataSource.StartsWith("file:", StringComparison.Ordinal) || settings.Mode == SqliteOpenMode.Memory)
            throw new StoreStartException($"Storage:ConnectionString must name a file, for example 'Data Source=data/actorchat.db'; it is '{connectionString}'.");
        var path = System.IO.Path.GetFullPath(settings.DataSource);
        return new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path; // two names of one file take one lock
    }

    public SqliteConnection OpenForWriting()
    {
        var connection = Open(SqliteOpenMode.ReadWrite);
        try
        {
            // The writer checkpoints by itself, when it has nothing else to do: see SqliteWriter.
            connection.Execute($"""
                PRAGMA synchronous = {_synchronous};
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

    /// <summary>Opens without choosing a journal: for looking at a file and for migrating it.</summary>
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

internal static class SqliteConnectionExtensions
{
    /// <summary>Runs one or more statements whose rows nobody needs.</summary>
    public static void Execute(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static T? Query<T>(this SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is { } value and not DBNull ? (T)value : default;
    }
}
