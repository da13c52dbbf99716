using ActorChat.Actors.Nodes;
using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Conversations;

/// <summary>
/// What brings an <see cref="IConversationMessage"/> to its conversation, wherever that is. One of the two places where nodes meet (the other is
/// <see cref="INodeBus"/>): a cluster that shards its conversations would be a third implementation, and no session would notice.
/// </summary>
public interface IConversationRouter
{
    /// <returns>Where sessions and the bot send to; named <c>/user/conversations</c>.</returns>
    IActorRef Start(ActorSystem system, ConversationServices services);
}

/// <summary>For a log that only this process writes: every conversation is here.</summary>
public sealed class LocalRouter : IConversationRouter
{
    public IActorRef Start(ActorSystem system, ConversationServices services)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.ActorOf(ConversationRegionActor.PropsFor(services), "conversations");
    }
}

/// <summary>For a log that all nodes write: each has every conversation that somebody is in, and follows what the others write.</summary>
public sealed class SharedLogRouter(ISharedLog log, TailSettings settings) : IConversationRouter
{
    public IActorRef Start(ActorSystem system, ConversationServices services)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(services);
        var tail = system.ActorOf(SharedLogActor.PropsFor(log, services.Bus, settings), "tail");
        return system.ActorOf(ConversationRegionActor.PropsFor(services with { Tail = tail }), "conversations");
    }
}
