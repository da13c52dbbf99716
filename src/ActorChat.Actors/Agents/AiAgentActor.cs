using Akka.Actor;
using Akka.Event;

namespace ActorChat.Actors.Agents;

/// <summary>
/// Takes the questions to the bot. There is one, under /user. It owns the queue: a limited number of answers run at once, each in a
/// child, and a limited number of questions wait. A further question fails at once, visibly in the conversation. A child that fails ends
/// its answer as failed. The default strategy restarts it; then it finds its question answered and stops.
/// </summary>
sealed class AiAgentActor : ReceiveActor
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
            // A refused question ran beside the limit, so its end frees no place.
            if (running < services.Options.AtOnce && waiting.TryDequeue(out var next)) Start(next, null);
        });
    }

    public static Props PropsFor(AgentServices services) => Props.Create(() => new AiAgentActor(services));

    void OnAsk(AskAgent ask)
    {
        if (running < services.Options.AtOnce)
        {
            Start(ask, null);
        }
        else if (waiting.Count < services.Options.QueueLimit)
        {
            waiting.Enqueue(ask);
        }
        else
        {
            log.Warning("Refused a question to the bot: {0} are waiting already", waiting.Count);
            Start(ask, "Too many questions are waiting. Ask again in a moment.");
        }
    }

    void Start(AskAgent ask, string? refusal)
    {
        running++;
        Context.Watch(Context.ActorOf(AnswerActor.PropsFor(ask, services, refusal)));
    }
}
