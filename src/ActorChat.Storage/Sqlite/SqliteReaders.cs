using System.Collections.Concurrent;
using ActorChat.Domain;
using Microsoft.Data.Sqlite;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// A few read-only connections. Reads run on the thread pool, at most as many at a time as there are connections, since the
/// driver's asynchronous methods block; in WAL mode none of them waits for the writer.
/// </summary>
internal sealed class SqliteReaders(DatabaseFile file) : IAsyncDisposable
{
    const int Most = 4;

    readonly SemaphoreSlim _free = new(Most);
    readonly ConcurrentBag<ReadConnection> _idle = [];
    volatile bool _closed;

    public async Task<T> ReadAsync<T>(Func<ReadConnection, T> query, CancellationToken stop)
    {
        await _free.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (_closed) throw new StoreUnavailableException("the store has been closed");
            return await Task.Run(() => Read(query), stop).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    T Read<T>(Func<ReadConnection, T> query)
    {
        ReadConnection? connection = null;
        var usable = false;
        try
        {
            if (!_idle.TryTake(out connection)) connection = new ReadConnection(file);
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
            if (usable) _idle.Add(connection!);
            else connection?.Dispose();
        }
    }

    /// <summary>Waits for the reads in progress.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed = true;
        for (var i = 0; i < Most; i++) await _free.WaitAsync().ConfigureAwait(false);
        while (_idle.TryTake(out var connection)) connection.Dispose();
        _free.Release(Most);
    }
}
