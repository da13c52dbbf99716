using ActorChat.Domain;
using ActorChat.Storage;
using ActorChat.Storage.Postgres;
using ActorChat.Storage.Sqlite;
using Microsoft.Extensions.Options;

namespace ActorChat.Server.Hosting;

/// <summary>Registers the configured store, and the bus between the nodes that share a database.</summary>
static class StoreSetup
{
    // New at every start, so that a restarted node is not confused with its predecessor.
    static readonly string Node = Guid.NewGuid().ToString("N");

    public static IServiceCollection AddStore(this IServiceCollection services) => services.AddSingleton(MakeBus).AddSingleton(MakeStore);

    static INodeBus MakeBus(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        return options is { Provider: StorageOptions.Postgres, Bus: StorageOptions.Notify }
            ? new NotifyBus(options, Node, services.GetRequiredService<ILogger<NotifyBus>>())
            : SilentBus.Instance;
    }

    static IChatStore MakeStore(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        var time = services.GetRequiredService<TimeProvider>();
        if (options.Provider != StorageOptions.Postgres)
            return new SqliteChatStore(options, time, services.GetRequiredService<ILogger<SqliteChatStore>>());
        var bus = services.GetRequiredService<INodeBus>();
        return new PostgresChatStore(options, bus, Node, time, services.GetRequiredService<ILogger<PostgresChatStore>>());
    }
}
