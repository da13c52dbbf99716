using System.Diagnostics;
using ActorChat.Actors.Nodes;
using ActorChat.Actors.Persistence;
using ActorChat.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorChat.Storage.Tests;

/// <summary>Stores on a PostgreSQL of the tests, without a bus between them.</summary>
static class PostgresStores
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static StorageOptions Options(string database) => new() { Provider = StorageOptions.Postgres, ConnectionString = database };

    public static PostgresChatStore Create(string database, string? node = null, TimeProvider? time = null) =>
        new(Options(database), SilentBus.Instance, node ?? Guid.NewGuid().ToString("N"), time ?? TimeProvider.System, NullLogger<PostgresChatStore>.Instance);

    /// <summary>Who is not told that it is saved says it again, under the same key.</summary>
    public static async Task<StoreOutcome> UntilStoredAsync(PostgresChatStore store, StoreCommand command)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                return (await store.CommitAsync([command], CancellationToken.None))[0];
            }
            catch (Exception error) when (error is StoreUnavailableException or StoreOutcomeUnknownException && since.Elapsed < Patience)
            {
                // Not yet.
            }
        }
    }
}
