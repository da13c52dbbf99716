using ActorChat.Domain;
using ActorChat.Storage;
using ActorChat.Storage.Postgres;
using ActorChat.Storage.Sqlite;
using Microsoft.Extensions.Options;

namespace ActorChat.Server.Hosting;

/// <summary>The store that the settings name, and the bus between nodes that share it.</summary>
static class StoreSetup
{
    // New with every start: a node that starts again is another one.
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
        return options.Provider == StorageOptions.Postgres
            ? new PostgresChatStore(options, services.GetRequiredService<INodeBus>(), Node, time, services.GetRequiredService<ILogger<PostgresChatStore>>())
            : new SqliteChatStore(options, time, services.GetRequiredService<ILogger<SqliteChatStore>>());
    }
}
