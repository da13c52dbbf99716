using ActorChat.Actors.Conversations;
using ActorChat.Actors.Presence;
using ActorChat.Actors.ReadPositions;
using ActorChat.Domain;
using Akka.Actor;
using Akka.Hosting;

namespace ActorChat.Actors.Nodes;

public static class NodeHosting
{
    /// <summary>Sends the ephemeral events of other nodes to the actors that want them. Comes after those actors.</summary>
    public static AkkaConfigurationBuilder AddNodeBus(this AkkaConfigurationBuilder builder) => builder.WithActors(
        (_, registry, services) =>
        {
            var conversations = registry.Get<ConversationRegionActor>();
            var positions = registry.Get<ReadPositionsActor>();
            var presence = registry.Get<PresenceActor>();
            services.GetService<INodeBus>().OnEphemeralEvent(news =>
                NewsRoutes.Of(news, conversations, positions, presence).Tell(new Heard(news), ActorRefs.NoSender));
        });
}
