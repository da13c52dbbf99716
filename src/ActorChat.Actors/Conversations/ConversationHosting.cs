using ActorChat.Actors.Agents;
using ActorChat.Actors.Nodes;
using ActorChat.Actors.Persistence;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Options;

namespace ActorChat.Actors.Conversations;

public static class ConversationHosting
{
    /// <summary>
    /// Adds <c>/user/conversations</c>. If the store is shared with other nodes, it also adds <c>/user/shared-log</c>, which follows what
    /// they write.
    /// </summary>
    public static AkkaConfigurationBuilder AddConversations(this AkkaConfigurationBuilder builder) => builder.WithActors(
        (system, registry, services) =>
        {
            var store = services.GetService<IChatStore>();
            var bus = services.GetService<INodeBus>();
            var sharedLog = store is ISharedLog log
                ? system.ActorOf(
                    SharedLogActor.PropsFor(log, bus, services.GetService<IOptions<SharedLogOptions>>().Value,
                        services.GetService<TimeProvider>()),
                    "shared-log")
                : null;
            registry.Register<ConversationRegionActor>(system.ActorOf(
                ConversationRegionActor.PropsFor(new ConversationServices(
                    store, registry.Get<PersistenceActor>(), registry.Get<AiAgentActor>(),
                    services.GetService<IOptions<ConversationOptions>>().Value, bus, sharedLog)),
                "conversations"));
        });
}
