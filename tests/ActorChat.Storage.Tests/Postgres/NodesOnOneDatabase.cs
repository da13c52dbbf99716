using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using Npgsql;

namespace ActorChat.Storage.Tests.Postgres;

/// <summary>Base of tests with several nodes on one new database.</summary>
public abstract class NodesOnOneDatabase : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;

    readonly List<PostgresChatStore> stores = [];

    /// <summary>The connection string of nodes that are opened from now on.</summary>
    protected string Database { get; set; } = "";

    public async Task InitializeAsync() => Database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    public async Task DisposeAsync()
    {
        foreach (var store in stores) await store.DisposeAsync();
    }

    protected async Task<PostgresChatStore> NodeAsync(string node)
    {
        var store = PostgresStores.Create(Database, node);
        stores.Add(store);
        await store.OpenAsync(None);
        return store;
    }

    /// <summary>A connection outside the pools of the nodes.</summary>
    protected Task<NpgsqlConnection> ConnectAsync() => PostgresServer.ConnectAsync(Database);

    protected static async Task<IReadOnlyList<ConversationEvent>> NewAsync(ISharedLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        return (await log.ReadNewAsync(500, None)).Events;
    }

    protected static async Task<StoreOutcome> Commit(PostgresChatStore store, StoreCommand command)
    {
        ArgumentNullException.ThrowIfNull(store);
        var outcomes = await store.CommitAsync([command], None);
        store.Announced();
        return outcomes[0];
    }
}
