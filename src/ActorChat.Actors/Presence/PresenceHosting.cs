using ActorChat.Domain;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Options;

namespace ActorChat.Actors.Presence;

public static class PresenceHosting
{
    /// <summary>Adds <c>/user/presence</c>.</summary>
    public static AkkaConfigurationBuilder AddPresence(this AkkaConfigurationBuilder builder) => builder.WithActors(
        (system, registry, services) =>
            registry.Register<PresenceActor>(system.ActorOf(
                PresenceActor.PropsFor(
                    services.GetService<IOptions<PresenceOptions>>().Value, services.GetService<TimeProvider>(),
                        services.GetService<INodeBus>()),
                "presence")));
}
