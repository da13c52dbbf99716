using ActorChat.Actors.Persistence;
using ActorChat.Domain;
using Akka;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Options;

namespace ActorChat.Actors.ReadPositions;

public static class ReadPositionHosting
{
    static readonly TimeSpan HandOverTimeout = TimeSpan.FromSeconds(1.5);

    /// <summary>
    /// Adds <c>/user/read-positions</c>. At shutdown, after the sessions have ended, it gives the store what it has not saved yet.
    /// </summary>
    public static AkkaConfigurationBuilder AddReadPositions(this AkkaConfigurationBuilder builder) => builder.WithActors(
        (system, registry, services) =>
        {
            var options = services.GetService<IOptions<ReadPositionOptions>>().Value;
            var positions = system.ActorOf(
                ReadPositionsActor.PropsFor(
                    services.GetService<IChatStore>(), registry.Get<PersistenceActor>(), options, services.GetService<INodeBus>()),
                "read-positions");
            registry.Register<ReadPositionsActor>(positions);
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceStop, "save-read-positions", async () =>
            {
                await positions.Ask<ReadPositionsHandedOver>(HandOverReadPositions.Instance, HandOverTimeout);
                return Done.Instance;
            });
        });
}
