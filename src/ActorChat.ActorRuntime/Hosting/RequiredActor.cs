using Akka.Actor;

namespace Akka.Hosting;

/// <summary>An actor as a dependency of what the container makes.</summary>
public interface IRequiredActor<TActor>
{
    /// <summary>Throws if it is not registered yet; whoever is made before the host has started uses <see cref="GetAsync"/>.</summary>
    IActorRef ActorRef { get; }

    Task<IActorRef> GetAsync(CancellationToken cancellationToken = default);
}

public sealed class RequiredActor<TActor>(IReadOnlyActorRegistry registry) : IRequiredActor<TActor>
{
    private IActorRef? known;

    public IActorRef ActorRef => known ??= registry.Get<TActor>();
    public async Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) =>
        known ??= await registry.GetAsync<TActor>(cancellationToken).ConfigureAwait(false);
}
