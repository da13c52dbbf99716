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
    readonly TestProbe persistence, conversations, reads;
    readonly IActorRef sessions;

    public SessionSupervisorActorSpecs() => sessions = Sys.ActorOf(SessionSupervisorActor.PropsFor(new SessionServices(
        store, (persistence = CreateTestProbe()).Ref, (conversations = CreateTestProbe()).Ref, (reads = CreateTestProbe()).Ref,
            CreateTestProbe().Ref, null, new LimitsOptions(),
        new SessionOptions { HelloTimeout = TimeSpan.FromMinutes(5), NameTimeout = TimeSpan.FromMinutes(5), InFlight = 8, Reads = 1,
            RevokedPoll = TimeSpan.FromMilliseconds(20) }, new FakeUserLimits(), TimeProvider.System)));

    [Fact]
    public void Each_socket_gets_a_session_of_its_dialect()
    {
        sessions.Tell(new OpenSession(new RecordedSocket(), Dialect.V1, null));
        Assert.EndsWith("/1", ExpectMsg<SessionOpened>().Session.Path.ToString(), StringComparison.Ordinal);
    }

    [Promise("P10")]
    [Fact]
    public void Going_down_it_takes_nobody_and_says_when_the_last_has_ended()
    {
        var socket = new RecordedSocket();
        sessions.Tell(new OpenSession(socket, Dialect.V1, null));
        var session = ExpectMsg<SessionOpened>().Session;
        sessions.Tell(Drain.Instance);
        Assert.Equal(CloseCode.GoingAway, socket.CloseCodeInTime());
        sessions.Tell(new OpenSession(new RecordedSocket(), Dialect.V1, null));
        ExpectMsg<SessionRefused>();
        session.Tell(SocketClosed.Instance);
        ExpectMsg<Drained>();
    }

    [Fact]
    public void A_session_that_fails_is_stopped_its_socket_closes_4000_and_the_others_go_on()
    {
        var (socket, other) = (new RecordedSocket("1"), new RecordedSocket("2"));
        sessions.Tell(new OpenSession(socket, Dialect.V1, null));
        var failing = ExpectMsg<SessionOpened>().Session;
        sessions.Tell(new OpenSession(other, Dialect.V1, null));
        var neighbour = ExpectMsg<SessionOpened>().Session;
        Watch(failing);
        failing.Tell(new HelloFrame(1, null, "ann", null, null));
        var entered = new PersistedItem(new ProbeWrite(), null, new UserEntered(null!)); // what no store says

        EventFilter.Exception<NullReferenceException>().ExpectOne(() => failing.Tell(new Persisted([entered])));

        ExpectTerminated(failing);
        Assert.Equal(CloseCode.InternalError, socket.CloseCodeInTime());
        neighbour.Tell(new HeartbeatFrame(1, null));
        Assert.Equal(CloseCode.BadFrame, other.CloseCodeInTime()); // it answers
    }

    /// <summary>Somebody who is live, with <paramref name="token"/>.</summary>
    (RecordedSocket Socket, IActorRef Session) Enter(string token)
    {
        var socket = new RecordedSocket(token);
        store.Users[SessionToken.Hash(token)] = new UserAccount(new UserId(token), token, "member");
        sessions.Tell(new OpenSession(socket, Dialect.V1, null));
        var session = ExpectMsg<SessionOpened>().Session;
        session.Tell(new HelloFrame(1, null, null, token, null));
        reads.ExpectMsg<OpenReader>();
        session.Tell(new ReaderOpened(new Dictionary<ConversationId, long>()));
        conversations.ExpectMsg<Subscribe>();
        session.Tell(new Subscribed(ConversationId.Default, conversations.Ref, "General", 0, 1, FrameBatch.Empty, FrameBatch.Empty));
        socket.Next("welcome");
        socket.Next("live");
        return (socket, session);
    }

    [Promise("P11")]
    [Fact]
    public void Whose_token_was_revoked_elsewhere_is_closed_and_nobody_else()
    {
        var (ann, bob) = (Enter("ann"), Enter("bob"));
        store.Revoked.Enqueue(SessionToken.Hash("ann"));
        Assert.Equal(CloseCode.NoIdentity, ann.Socket.CloseCodeInTime());
        bob.Session.Tell(new HeartbeatFrame(3, null)); // was told after ann, if at all
        bob.Socket.Next("ok");
        Assert.False(bob.Socket.IsClosed);
    }

    [Promise("P11")]
    [Fact]
    public void A_token_that_is_revoked_while_its_session_opens_is_found_all_the_same()
    {
        store.Revoked.Enqueue(SessionToken.Hash("ann"));
        sessions.Tell(new EndSessions([SessionToken.Hash("ann")])); // known, and nobody there yet
        Assert.Equal(CloseCode.NoIdentity, Enter("ann").Socket.CloseCodeInTime());
    }

    [Promise("P11")]
    [Fact]
    public void A_store_that_is_away_closes_nobody_and_is_asked_until_it_is_back()
    {
        var ann = Enter("ann").Socket;
        EventFilter.Warning(contains: "Cannot read the revoked tokens: away").ExpectOne(() => store.ReadsFailWith = new StoreUnavailableException("away"));
        Assert.False(ann.IsClosed);
        store.Revoked.Enqueue(SessionToken.Hash("ann"));
        store.ReadsFailWith = null;
        Assert.Equal(CloseCode.NoIdentity, ann.CloseCodeInTime());
    }

    [Promise("P11")]
    [Fact]
    public void Who_signs_out_is_answered_after_the_commit_and_then_closed()
    {
        var (ann, session) = Enter("ann");
        session.Tell(new SignOutFrame(7));
        var persist = persistence.ExpectMsg<Persist>();
        Assert.Equal(new RevokeToken(SessionToken.Hash("ann")), persist.Command);
        Assert.False(ann.IsClosed);
        persist.ReplyTo.Tell(new Persisted([new PersistedItem(persist.Command, persist.Tag, new CommandDone())]));
        Assert.Equal(7, ann.Next("ok").GetProperty("re").GetInt64());
        Assert.Equal(CloseCode.NoIdentity, ann.CloseCodeInTime());
    }

    [Fact]
    public void Who_cannot_be_signed_out_stays_and_is_told_so()
    {
        var (ann, session) = Enter("ann");
        session.Tell(new SignOutFrame(7));
        var persist = persistence.ExpectMsg<Persist>();
        persist.ReplyTo.Tell(new Persisted([new PersistedItem(persist.Command, persist.Tag, new NotStored("full"))]));
        Assert.Equal("unavailable", ann.NextError());
        Assert.False(ann.IsClosed);
    }

    [Fact]
    public void With_nobody_there_it_is_drained_at_once()
    {
        sessions.Tell(Drain.Instance);
        ExpectMsg<Drained>();
    }
}
