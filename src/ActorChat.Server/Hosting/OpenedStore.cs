using ActorChat.Actors.Persistence;

namespace ActorChat.Server.Hosting;

/// <summary>What is known of the store once it is open, which it is before anything is started.</summary>
public sealed class OpenedStore(IChatStore store)
{
    StoreIdentity? identity;

    public StoreIdentity Identity => identity ?? throw new InvalidOperationException("The store is not open yet.");

    public async Task OpenAsync(CancellationToken stop) => identity = await store.OpenAsync(stop);
}
