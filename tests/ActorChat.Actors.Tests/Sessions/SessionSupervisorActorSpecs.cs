using ActorChat.Actors.Conversations;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.ReadPositions;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.TestKit;

namespace ActorChat.Actors.Tests.Sessions;

public class SessionSupervisorActorSpecs : PatientTestKit
{
    readonly HeldStore store = new();
    readonly TestProbe persistence, conversations, readPositions;
    readonly IActorRef sessions;

    public SessionSupervisorActorSpecs() => sessions = Sys.ActorOf(SessionSupervisorActor.PropsFor(new SessionServices(
        store, (persistence = CreateTestProbe()).Ref, (conversations = CreateTestProbe()).Ref, (readPositions = CreateTestProbe()).Ref,
            CreateTestProbe().Ref, null, new LimitsOptions(),
        new SessionOptions { HelloTimeout = TimeSpan.FromMinutes(5), NameTimeout = TimeSpan.FromMinutes(5), InFlight = 8, Reads = 1,
            RevokedPoll = TimeSpan.FromMilliseconds(20) }, new FakeUserLimits(), TimeProvider.System)));

    [Fact]
    public void A_session_is_named_after_the_id_of_its_socket()
    {
        sessions.Tell(new OpenSession(new RecordedSocket(), Dialect.V1, null));
        Assert.EndsWith("/1", ExpectMsg<SessionOpened>().Session.Path.ToString(), StringComparison.Ordinal);
    }

    [Promise("P10")]
    [Fact]
    public void A_draining_server_refuses_new_sessions_and_reports_when_the_last_one_has_ended()
    {
        var socket = new RecordedSocket();
        sessions.Tell(new OpenSession(socket, Dialect.V1, null));
        var session = ExpectMsg<SessionOpened>().Session;
        sessions.Tell(Drain.Instance);
        Assert.Equal(CloseCode.GoingAway, socket.WaitForCloseCode());
        sessions.Tell(new OpenSession(new RecordedSocket(), Dialect.V1, null));
        ExpectMsg<SessionRefused>();
        session.Tell(SocketClosed.Instance);
        ExpectMsg<Drained>();
    }

    [Fact]
    public void A_failed_session_stops_and_closes_its_socket_with_4000_and_other_sessions_continue()
    {
        var (socket, other) = (new RecordedSocket("1"), new RecordedSocket("2"));
        sessions.Tell(new OpenSession(socket, Dialect.V1, null));
        var failing = ExpectMsg<SessionOpened>().Session;
        sessions.Tell(new OpenSession(other, Dialect.V1, null));
        var second = ExpectMsg<SessionOpened>().Session;
        Watch(failing);
        failing.Tell(new HelloFrame(1, null, "ann", null, null));
        var entered = new PersistedItem(new ProbeWrite(), null, new UserEntered(null!)); // no store returns this

        EventFilter.Exception<NullReferenceException>().ExpectOne(() => failing.Tell(new Persisted([entered])));

        ExpectTerminated(failing);
        Assert.Equal(CloseCode.InternalError, socket.WaitForCloseCode());
        second.Tell(new HeartbeatFrame(1, null));
        Assert.Equal(CloseCode.BadFrame, other.WaitForCloseCode()); // it still answers
    }

    /// <summary>Starts a live session that signed in with <paramref name="token"/>.</summary>
    (RecordedSocket Socket, IActorRef Session) StartLive(string token)
    {
        var socket = new RecordedSocket(token);
        store.Users[SessionToken.Hash(token)] = new UserAccount(new UserId(token), token, "member");
        sessions.Tell(new OpenSession(socket, Dialect.V1, null));
        var session = ExpectMsg<SessionOpened>().Session;
        session.Tell(new HelloFrame(1, null, null, token, null));
        readPositions.ExpectMsg<OpenReader>();
        session.Tell(new ReaderOpened(new Dictionary<ConversationId, long>()));
        conversations.ExpectMsg<Subscribe>();
        session.Tell(new Subscribed(ConversationId.Default, conversations.Ref, "General", 0, 1, FrameBatch.Empty, FrameBatch.Empty));
        socket.Next("welcome");
        socket.Next("live");
        return (socket, session);
    }

    [Promise("P11")]
    [Fact]
    public void A_token_revoked_on_another_node_closes_its_session_and_no_other()
    {
        var (ann, bob) = (StartLive("ann"), StartLive("bob"));
        store.Revoked.Enqueue(SessionToken.Hash("ann"));
        Assert.Equal(CloseCode.NoIdentity, ann.Socket.WaitForCloseCode());
        bob.Session.Tell(new HeartbeatFrame(3, null)); // would be closed before this is answered
        bob.Socket.Next("ok");
        Assert.False(bob.Socket.IsClosed);
    }

    [Promise("P11")]
    [Fact]
    public void A_token_revoked_while_its_session_opens_closes_the_session()
    {
        store.Revoked.Enqueue(SessionToken.Hash("ann"));
        sessions.Tell(new EndSessions([SessionToken.Hash("ann")])); // the token is known before its session exists
        Assert.Equal(CloseCode.NoIdentity, StartLive("ann").Socket.WaitForCloseCode());
    }

    [Promise("P11")]
    [Fact]
    public void An_unavailable_store_closes_no_session_and_is_read_again_until_it_returns()
    {
        var ann = StartLive("ann").Socket;
        EventFilter.Warning(contains: "Cannot read the revoked tokens: away")
            .ExpectOne(() => store.ReadsFailWith = new StoreUnavailableException("away"));
        Assert.False(ann.IsClosed);
        store.Revoked.Enqueue(SessionToken.Hash("ann"));
        store.ReadsFailWith = null;
        Assert.Equal(CloseCode.NoIdentity, ann.WaitForCloseCode());
    }

    [Promise("P11")]
    [Fact]
    public void A_sign_out_is_acknowledged_after_its_commit_and_then_closes_the_session()
    {
        var (ann, session) = StartLive("ann");
        session.Tell(new SignOutFrame(7));
        var persist = persistence.ExpectMsg<Persist>();
        Assert.Equal(new RevokeToken(SessionToken.Hash("ann")), persist.Command);
        Assert.False(ann.IsClosed);
        persist.ReplyTo.Tell(new Persisted([new PersistedItem(persist.Command, persist.Tag, new CommandDone())]));
        Assert.Equal(7, ann.Next("ok").GetProperty("re").GetInt64());
        Assert.Equal(CloseCode.NoIdentity, ann.WaitForCloseCode());
    }

    [Fact]
    public void A_sign_out_that_cannot_be_stored_is_refused_and_the_session_stays()
    {
        var (ann, session) = StartLive("ann");
        session.Tell(new SignOutFrame(7));
        var persist = persistence.ExpectMsg<Persist>();
        persist.ReplyTo.Tell(new Persisted([new PersistedItem(persist.Command, persist.Tag, new NotStored("full"))]));
        Assert.Equal("unavailable", ann.NextError());
        Assert.False(ann.IsClosed);
    }

    [Fact]
    public void A_server_without_sessions_is_drained_at_once()
    {
        sessions.Tell(Drain.Instance);
        ExpectMsg<Drained>();
    }
}
