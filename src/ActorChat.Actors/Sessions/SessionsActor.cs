using ActorChat.Actors.Conversations;
using Akka.Actor;

namespace ActorChat.Actors.Sessions;

/// <summary>
/// The parent of all sessions. Made once, under /user. A session that fails is stopped: its socket closes and its client resumes.
/// On <see cref="Drain"/> no new ones are made, the others finish, and the asker is told when the last has ended.
/// </summary>
public sealed class SessionsActor : ReceiveActor
{
    readonly SessionServices services;
    int draining;

    public SessionsActor(SessionServices services)
    {
        this.services = services;
        Receive<OpenSession>(open => Sender.Tell(new SessionOpened(Open(open))));
        Receive<Drain>(_ => OnDrain());
    }

    public static Props PropsFor(SessionServices services) => Props.Create(() => new SessionsActor(services));

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    IActorRef Open(OpenSession open) => Context.ActorOf(
        open.Dialect == Dialect.V1
            ? SessionActor.PropsFor(open.Socket, services)
            : ClassicSessionActor.PropsFor(open.Socket, services, open.Username),
        open.Socket.Id);

    void OnDrain()
    {
        var asker = Sender;
        foreach (var session in Context.GetChildren())
        {
            draining++;
            Context.Watch(session);
            session.Tell(Drain.Instance);
        }
        if (draining == 0) asker.Tell(Drained.Instance);
        Become(() =>
        {
            Receive<OpenSession>(_ => Sender.Tell(SessionRefused.Instance));
            Receive<Drain>(_ => { }); // one is enough
            Receive<Terminated>(_ =>
            {
                if (--draining == 0) asker.Tell(Drained.Instance);
            });
        });
    }
}
