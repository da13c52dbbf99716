using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Nodes;

/// <summary>Whom the news of other nodes are for.</summary>
public static class NewsRoutes
{
    public static IActorRef Of(NodeNews news, IActorRef conversations, IActorRef reads, IActorRef presence) => news switch
    {
        UserRead => reads,
        PeopleHere or PeopleGone => presence,
        _ => conversations,
    };
}
