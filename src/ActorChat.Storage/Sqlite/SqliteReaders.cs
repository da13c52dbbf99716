using System.Collections.Concurrent;
using ActorChat.Domain;
using Microsoft.Data.Sqlite;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// A few read-only connections. Reads run on the thread pool, since the driver's asynchronous methods block, and at most as many at a time
/// as there are connections. In WAL mode no read waits for the writer.
/// </summary>
internal sealed class SqliteReaders(DatabaseFile file) : IAsyncDisposable
{
    const int Most = 4;

    readonly SemaphoreSlim free = new(Most);
    readonly ConcurrentBag<ReadConnection> idle = [];
    volatile bool closed;

    public async Task<T> ReadAsync<T>(Func<ReadConnection, T> query, CancellationToken stop)
    {
        await free.WaitAsync(stop);
        try
        {
            if (closed) throw new StoreUnavailableException("the store has been closed");
            return await Task.Run(() => Read(query), stop);
        }
        finally
        {
            free.Release();
        }
    }

    T Read<T>(Func<ReadConnection, T> query)
    {
        ReadConnection? connection = null;
        var usable = false;
        try
        {
            if (!idle.TryTake(out connection)) connection = new ReadConnection(file);
            var result = connection.InSnapshot(query);
            usable = true;
            return result;
        }
        catch (SqliteException error)
        {
            throw new StoreUnavailableException(SqliteErrors.Explain(error), error);
        }
        finally
        {
            if (usable) idle.Add(connection!);
            else connection?.Dispose();
        }
    }

    /// <summary>Waits for the reads in progress.</summary>
    public async ValueTask DisposeAsync()
    {
        closed = true;
        for (var i = 0; i < Most; i++) await free.WaitAsync();
        while (idle.TryTake(out var connection)) connection.Dispose();
        free.Release(Most);
    }
}
