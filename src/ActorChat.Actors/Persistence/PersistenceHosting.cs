using ActorChat.Domain;
using Akka;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Options;

namespace ActorChat.Actors.Persistence;

public static class PersistenceHosting
{
    static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Adds <c>/user/persistence</c>. At shutdown it is the last: whatever still waits is written.</summary>
    public static AkkaConfigurationBuilder AddPersistence(this AkkaConfigurationBuilder builder) => builder.WithActors(
        (system, registry, services) =>
        {
            var options = services.GetService<IOptions<PersistenceOptions>>().Value;
            var persistence = system.ActorOf(
                PersistenceActor.PropsFor(services.GetService<IChatStore>(), options, services.GetService<TimeProvider>()), "persistence");
            registry.Register<PersistenceActor>(persistence);
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "flush-store", async () =>
            {
                await persistence.Ask<Flushed>(Flush.Instance, FlushTimeout);
                return Done.Instance;
            });
        });
}
