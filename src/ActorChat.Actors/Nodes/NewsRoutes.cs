using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Nodes;

/// <summary>Which actor receives an ephemeral event of another node.</summary>
static class NewsRoutes
{
    public static IActorRef Of(NodeNews news, IActorRef conversations, IActorRef readPositions, IActorRef presence) => news switch
    {
        UserRead => readPositions,
        PeopleHere or PeopleGone => presence,
        _ => conversations,
    };
}
