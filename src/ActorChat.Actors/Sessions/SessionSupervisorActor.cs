using ActorChat.Actors.Classic;
using ActorChat.Actors.Conversations;
using ActorChat.Domain;
using Akka.Actor;
using Akka.Event;

namespace ActorChat.Actors.Sessions;

/// <summary>
/// The parent of all sessions. Made once, under /user. A session that fails is stopped: its socket closes and its client resumes.
/// Sessions whose token was revoked are closed: what this server revokes at once, what another one or an operator does as soon as the store,
/// which is asked again and again, says so. Nothing else would be sure to come through.
/// On <see cref="Drain"/> no new ones are made, the others finish, and the asker is told when the last has ended.
/// </summary>
public sealed class SessionSupervisorActor : ReceiveActor, IWithTimers
{
    readonly SessionServices services;
    readonly Props v1, classic;
    readonly RevokedTokens revoked;
    readonly ILoggingAdapter log = Context.GetLogger();
    int draining;
    bool looking, failing;

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

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(LookDue), LookDue.Instance, services.Settings.RevokedPoll);

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
        Receive<LookDue>(_ => Look());
        Receive<Looked>(looked =>
        {
            looking = failing = false;
            End(revoked.Read(looked.Revoked, looked.AskedAtMs));
        });
        Receive<LookFailed>(OnLookFailed);
    }

    // One at a time: a store that does not answer must not be asked ever more often.
    void Look()
    {
        if (looking) return;
        looking = true;
        var now = Now;
        services.Store.ReadRevokedAsync(revoked.Within(now), CancellationToken.None)
            .PipeTo(Self, success: tokens => new Looked(tokens, now), failure: cause => new LookFailed(cause));
    }

    void OnLookFailed(LookFailed failed)
    {
        if (!failing && failed.Cause is StoreUnavailableException) log.Warning("Which sessions were ended elsewhere is not known: {0}", failed.Cause.Message);
        else if (!failing) log.Error(failed.Cause, "Which sessions were ended elsewhere is not known");
        failing = true;
        looking = false;
    }

    void End(IReadOnlySet<TokenHash> tokens)
    {
        if (tokens.Count == 0) return;
        log.Info("{0} sign-ins were ended", tokens.Count);
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
            Receive<Drain>(_ => { }); // one is enough
            Receive<Terminated>(_ =>
            {
                if (--draining == 0) asker.Tell(Drained.Instance);
            });
            ReceiveRevoked();
        });
    }

    sealed record LookDue { public static readonly LookDue Instance = new(); }

    sealed record Looked(IReadOnlyList<TokenHash> Revoked, long AskedAtMs);

    sealed record LookFailed(Exception Cause);
}
