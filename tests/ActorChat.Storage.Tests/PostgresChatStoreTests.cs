using ActorChat.Domain;

namespace ActorChat.Storage.Tests;

/// <summary>The contract, on PostgreSQL.</summary>
public sealed class PostgresChatStoreTests : ChatStoreContractTests
{
    string _database = "";

    protected override async Task PrepareAsync() => _database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    protected override StorageOptions Options => new() { Provider = StorageOptions.Postgres, ConnectionString = _database };

    protected override DateTimeOffset ReadNow => DateTimeOffset.UtcNow; // the database's clock

    protected override IChatStore Create() => PostgresStores.Create(_database, time: Time);
}
