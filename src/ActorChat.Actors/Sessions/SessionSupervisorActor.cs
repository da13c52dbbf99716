using ActorChat.Actors.Classic;
using ActorChat.Actors.Conversations;
using ActorChat.Domain;
using Akka.Actor;
using Akka.Event;

namespace ActorChat.Actors.Sessions;

/// <summary>
/// The parent of all sessions. There is one, under /user. A session that fails is stopped: its socket closes and its client resumes.
/// It closes the sessions of revoked tokens: at once if this server revoked the token, else as soon as a poll of the store finds it. Only
/// polling is certain to notice what another node or an operator did.
/// After <see cref="Drain"/> it creates no session, the present ones finish, and it replies when the last has ended.
/// </summary>
public sealed class SessionSupervisorActor : ReceiveActor, IWithTimers
{
    readonly SessionServices services;
    readonly Props v1, classic;
    readonly RevokedTokens revoked;
    readonly ILoggingAdapter log = Context.GetLogger();
    int draining;
    bool polling, failing;

    public SessionSupervisorActor(SessionServices services)
    {
        this.services = services;
        v1 = SessionActor.PropsFor(services);
        classic = ClassicSessionActor.PropsFor(services);
        revoked = new RevokedTokens(Now);
        Receive<OpenSession>(open => Sender.Tell(new SessionOpened(Open(open))));
        Receive<Drain>(_ => OnDrain());
        ReceiveRevoked();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props PropsFor(SessionServices services) => Props.Create(() => new SessionSupervisorActor(services));

    long Now => (long)services.Time.GetElapsedTime(0).TotalMilliseconds;

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(PollDue), PollDue.Instance, services.Options.RevokedPoll);

    IActorRef Open(OpenSession open)
    {
        var session = Context.ActorOf(open.Dialect == Dialect.V1 ? v1 : classic, open.Socket.Id);
        session.Tell(open);
        return session;
    }

    void ReceiveRevoked()
    {
        Receive<CheckToken>(check =>
        {
            if (revoked.Contains(check.Token)) Sender.Tell(new AccessEnded(new HashSet<TokenHash> { check.Token }));
        });
        Receive<EndSessions>(end => End(revoked.Learn(end.Tokens, Now)));
        Receive<PollDue>(_ => Poll());
        Receive<Polled>(looked =>
        {
            polling = failing = false;
            End(revoked.Read(looked.Revoked, looked.AskedAtMs));
        });
        Receive<PollFailed>(OnPollFailed);
    }

    // One poll at a time: a slow store must not get more and more of them.
    void Poll()
    {
        if (polling) return;
        polling = true;
        var now = Now;
        services.Store.ReadRevokedAsync(revoked.Within(now), CancellationToken.None)
            .PipeTo(Self, success: tokens => new Polled(tokens, now), failure: cause => new PollFailed(cause));
    }

    void OnPollFailed(PollFailed failed)
    {
        if (!failing && failed.Cause is StoreUnavailableException) log.Warning("Cannot read the revoked tokens: {0}", failed.Cause.Message);
        else if (!failing) log.Error(failed.Cause, "Cannot read the revoked tokens");
        failing = true;
        polling = false;
    }

    void End(IReadOnlySet<TokenHash> tokens)
    {
        if (tokens.Count == 0) return;
        log.Info("{0} sign-ins ended", tokens.Count);
        var ended = new AccessEnded(tokens);
        foreach (var session in Context.GetChildren()) session.Tell(ended);
    }

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
            Receive<Drain>(_ => { }); // already draining
            Receive<Terminated>(_ =>
            {
                if (--draining == 0) asker.Tell(Drained.Instance);
            });
            ReceiveRevoked();
        });
    }

    sealed record PollDue { public static readonly PollDue Instance = new(); }

    sealed record Polled(IReadOnlyList<TokenHash> Revoked, long AskedAtMs);

    sealed record PollFailed(Exception Cause);
}
