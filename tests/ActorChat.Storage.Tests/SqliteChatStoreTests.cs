using ActorChat.Domain;
using ActorChat.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorChat.Storage.Tests;

/// <summary>The contract, on SQLite.</summary>
public sealed class SqliteChatStoreTests : ChatStoreContractTests, IDisposable
{
    readonly TemporaryDatabase _database = new();

    protected override StorageOptions Options => _database.Options;

    protected override IChatStore Create() => new SqliteChatStore(_database.Options, Time, NullLogger<SqliteChatStore>.Instance);

    public void Dispose() => _database.Dispose();
}
