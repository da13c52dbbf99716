using ActorChat.Actors.Nodes;
using ActorChat.Domain;
using Akka.Actor;

namespace ActorChat.Actors.Conversations;

/// <summary>
/// Brings a message to its conversation, and makes the conversation where it is not awake. Made once, under /user.
/// A conversation that fails is stopped, not restarted: its subscribers would be lost in a restart without knowing it. It tells them
/// that it ends, they close, and their clients resume by seq.
/// A conversation that is about to end gets nothing more; what comes for it meanwhile waits for its successor.
/// </summary>
public sealed class ConversationRegionActor : ReceiveActor
{
    readonly ConversationServices services;
    readonly Dictionary<ConversationId, IActorRef> awake = [];
    readonly Dictionary<ConversationId, List<(object Message, IActorRef Sender)>> ending = [];

    public ConversationRegionActor(ConversationServices services)
    {
        this.services = services;
        Receive<IConversationMessage>(Route);
        Receive<LogAdvanced>(advanced => TellAwake(advanced.Conversation, advanced));
        Receive<LogReplaced>(_ =>
        {
            foreach (var (id, actor) in awake)
            {
                ending.TryAdd(id, []); // who comes meanwhile is for its successor
                Context.Stop(actor);
            }
        });
        Receive<LogRead>(read => TellAwake(read.Conversation, read));
        Receive<Heard>(heard =>
        {
            if (heard.News is ConversationNews { Conversation: var of }) TellAwake(of, heard);
        });
        Receive<Passivate>(OnPassivate);
        Receive<StayAwake>(OnStayAwake);
        Receive<Terminated>(OnTerminated);
    }

    public static Props PropsFor(ConversationServices services) => Props.Create(() => new ConversationRegionActor(services));

    protected override void PreStart() => services.Tail?.Tell(new FollowLog(Self));

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    void Route(IConversationMessage message)
    {
        if (ending.TryGetValue(message.Conversation, out var later)) later.Add((message, Sender));
        else Awaken(message.Conversation).Forward(message);
    }

    // What other nodes did wakes nobody: a conversation finds it in the store when somebody comes.
    void TellAwake(ConversationId id, object message)
    {
        if (ending.TryGetValue(id, out var later)) later.Add((message, ActorRefs.Nobody));
        else if (awake.TryGetValue(id, out var actor)) actor.Tell(message);
    }

    IActorRef Awaken(ConversationId id)
    {
        if (awake.TryGetValue(id, out var actor)) return actor;
        // Ids come from clients: only what may stand in a path goes into one.
        actor = Context.ActorOf(ConversationActor.PropsFor(id, services), Uri.EscapeDataString(id.Value));
        awake.Add(id, Context.Watch(actor));
        return actor;
    }

    void OnPassivate(Passivate request)
    {
        if (!Sender.Equals(awake.GetValueOrDefault(request.Conversation)) || !ending.TryAdd(request.Conversation, [])) return;
        Sender.Tell(request);
    }

    void OnStayAwake(StayAwake awake)
    {
        if (!ending.Remove(awake.Conversation, out var waiting)) return;
        foreach (var (message, sender) in waiting) Sender.Tell(message, sender);
    }

    void OnTerminated(Terminated gone)
    {
        var id = awake.First(pair => pair.Value.Equals(gone.ActorRef)).Key;
        awake.Remove(id);
        if (!ending.Remove(id, out var waiting)) return;
        foreach (var (message, sender) in waiting)
            if (message is IConversationMessage) Awaken(id).Tell(message, sender);
            else TellAwake(id, message);
    }
}
