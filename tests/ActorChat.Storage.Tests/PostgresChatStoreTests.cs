using ActorChat.Actors.Persistence;
using ActorChat.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorChat.Storage.Tests;

/// <summary>The contract, on PostgreSQL.</summary>
public sealed class PostgresChatStoreTests : ChatStoreContractTests
{
    string _database = "";

    protected override async Task PrepareAsync() => _database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    protected override IChatStore Create() =>
        new PostgresChatStore(new StorageOptions { Provider = "postgres", ConnectionString = _database }, null, Guid.NewGuid().ToString("N"), Time, NullLogger<PostgresChatStore>.Instance);
}
