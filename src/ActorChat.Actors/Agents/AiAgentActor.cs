using Akka.Actor;
using Akka.Event;

namespace ActorChat.Actors.Agents;

/// <summary>
/// Takes questions to the bot. Made once, under /user. It owns the queue: so many answers run at once, each a child; so many questions
/// wait; a further one is answered at once as failed, in the room, for everybody to see.
/// A child that fails ends its answer as failed and is restarted once by the default strategy; then it finds its question answered and stops.
/// </summary>
public sealed class AiAgentActor : ReceiveActor
{
    readonly AgentServices services;
    readonly ILoggingAdapter log = Context.GetLogger();
    readonly Queue<AskAgent> waiting = new();
    int running;

    public AiAgentActor(AgentServices services)
    {
        this.services = services;
        Receive<AskAgent>(OnAsk);
        Receive<Terminated>(_ =>
        {
            running--;
            // Not for the end of a refused one: it ran beside the others.
            if (running < services.Settings.AtOnce && waiting.TryDequeue(out var next)) Start(next, null);
        });
    }

    public static Props PropsFor(AgentServices services) => Props.Create(() => new AiAgentActor(services));

    void OnAsk(AskAgent ask)
    {
        if (running < services.Settings.AtOnce)
        {
            Start(ask, null);
        }
        else if (waiting.Count < services.Settings.QueueLimit)
        {
            waiting.Enqueue(ask);
        }
        else
        {
            log.Warning("A question was refused: {0} wait already", waiting.Count);
            Start(ask, "Too many questions are waiting. Ask again in a moment.");
        }
    }

    void Start(AskAgent ask, string? refusal)
    {
        running++;
        Context.Watch(Context.ActorOf(AnswerActor.PropsFor(ask, services, refusal)));
    }
}
