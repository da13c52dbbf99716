using ActorChat.Actors.Nodes;
using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Conversations;

/// <summary>
/// Routes each message to its conversation and creates the conversation if it is not in memory. There is one, under /user.
/// A conversation that fails is stopped, not restarted: a restart would lose its subscribers without a word. It tells them that it ends,
/// they close, and their clients resume by seq.
/// A conversation that is about to stop gets no more messages. They wait for its next incarnation.
/// </summary>
sealed class ConversationRegionActor : ReceiveActor
{
    readonly ConversationServices services;
    readonly Dictionary<ConversationId, IActorRef> loaded = [];
    readonly Dictionary<ConversationId, List<(object Message, IActorRef Sender)>> ending = [];

    public ConversationRegionActor(ConversationServices services)
    {
        this.services = services;
        Receive<IConversationMessage>(Route);
        Receive<LogAdvanced>(advanced => TellIfLoaded(advanced.Conversation, advanced));
        Receive<LogReplaced>(_ =>
        {
            foreach (var (id, actor) in loaded)
            {
                ending.TryAdd(id, []); // messages meanwhile are for the next incarnation
                Context.Stop(actor);
            }
        });
        Receive<LogRead>(read => TellIfLoaded(read.Conversation, read));
        Receive<Heard>(heard =>
        {
            if (heard.News is ConversationNews { Conversation: var of }) TellIfLoaded(of, heard);
        });
        Receive<Passivate>(OnPassivate);
        Receive<StayAwake>(OnStayAwake);
        Receive<Terminated>(OnTerminated);
    }

    public static Props PropsFor(ConversationServices services) => Props.Create(() => new ConversationRegionActor(services));

    protected override void PreStart() => services.SharedLog?.Tell(new FollowLog(Self));

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    void Route(IConversationMessage message)
    {
        if (ending.TryGetValue(message.Conversation, out var later)) later.Add((message, Sender));
        else GetOrCreate(message.Conversation).Forward(message);
    }

    // Events of other nodes load no conversation. One that is loaded later reads them from the store.
    void TellIfLoaded(ConversationId id, object message)
    {
        if (ending.TryGetValue(id, out var later)) later.Add((message, ActorRefs.Nobody));
        else if (loaded.TryGetValue(id, out var actor)) actor.Tell(message);
    }

    IActorRef GetOrCreate(ConversationId id)
    {
        if (loaded.TryGetValue(id, out var actor)) return actor;
        // Ids come from clients: escape what an actor path does not allow.
        actor = Context.ActorOf(ConversationActor.PropsFor(id, services), Uri.EscapeDataString(id.Value));
        loaded.Add(id, Context.Watch(actor));
        return actor;
    }

    void OnPassivate(Passivate request)
    {
        if (!Sender.Equals(loaded.GetValueOrDefault(request.Conversation)) || !ending.TryAdd(request.Conversation, [])) return;
        Sender.Tell(request);
    }

    void OnStayAwake(StayAwake stay)
    {
        if (!ending.Remove(stay.Conversation, out var waiting)) return;
        foreach (var (message, sender) in waiting) Sender.Tell(message, sender);
    }

    void OnTerminated(Terminated gone)
    {
        var id = loaded.First(pair => pair.Value.Equals(gone.ActorRef)).Key;
        loaded.Remove(id);
        if (!ending.Remove(id, out var waiting)) return;
        foreach (var (message, sender) in waiting)
            if (message is IConversationMessage) GetOrCreate(id).Tell(message, sender);
            else TellIfLoaded(id, message);
    }
}
