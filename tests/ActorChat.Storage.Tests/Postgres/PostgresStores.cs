using System.Diagnostics;
using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorChat.Storage.Tests.Postgres;

/// <summary>Creates stores on PostgreSQL, without a bus between them.</summary>
static class PostgresStores
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static StorageOptions Options(string database) => new() { Provider = StorageOptions.Postgres, ConnectionString = database };

    public static PostgresChatStore Create(string database, string? node = null, TimeProvider? time = null) =>
        new(Options(database), SilentBus.Instance, node ?? Guid.NewGuid().ToString("N"), time
            ?? TimeProvider.System, NullLogger<PostgresChatStore>.Instance);

    /// <summary>Commits a command, and repeats it under the same key until it is acknowledged.</summary>
    public static async Task<StoreOutcome> UntilStoredAsync(PostgresChatStore store, StoreCommand command) =>
        (await UntilAsync(store, [command], error => error is StoreUnavailableException or StoreOutcomeUnknownException))[0];

    /// <summary>Commits a batch, and repeats it while it was not saved because other nodes held the log for too long.</summary>
    public static Task<IReadOnlyList<StoreOutcome>> UntilStoredAsync(PostgresChatStore store, IReadOnlyList<StoreCommand> commands) =>
        UntilAsync(store, commands, error => error is StoreUnavailableException);

    static async Task<IReadOnlyList<StoreOutcome>> UntilAsync(
        PostgresChatStore store, IReadOnlyList<StoreCommand> commands, Func<Exception, bool> again)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                return await store.CommitAsync(commands, CancellationToken.None);
            }
            catch (Exception error) when (again(error) && since.Elapsed < Patience)
            {
                // Not yet.
            }
        }
    }
}
