using ActorChat.Domain;
using ActorChat.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorChat.Storage.Tests.Sqlite;

/// <summary>The contract tests on SQLite.</summary>
public sealed class SqliteChatStoreTests : ChatStoreContractTests, IDisposable
{
    readonly TemporaryDatabase database = new();

    protected override StorageOptions Options => database.Options;

    protected override IChatStore Create() => new SqliteChatStore(database.Options, Time, NullLogger<SqliteChatStore>.Instance);

    public void Dispose() => database.Dispose();
}
