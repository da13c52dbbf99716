using ActorChat.Domain;

namespace ActorChat.Storage.Tests.Postgres;

/// <summary>The contract tests on PostgreSQL.</summary>
public sealed class PostgresChatStoreTests : ChatStoreContractTests
{
    string database = "";

    protected override async Task PrepareAsync() => database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    protected override StorageOptions Options => new() { Provider = StorageOptions.Postgres, ConnectionString = database };

    protected override DateTimeOffset ReadNow => DateTimeOffset.UtcNow; // the database's clock

    protected override IChatStore Create() => PostgresStores.Create(database, time: Time);
}
