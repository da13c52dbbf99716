using ActorChat.Actors.Conversations;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace ActorChat.Actors.Tests.Sessions;

public class SessionsActorSpecs : TestKit
{
    readonly IActorRef sessions;

    public SessionsActorSpecs() => sessions = Sys.ActorOf(SessionsActor.PropsFor(new SessionServices(
        new HeldStore(), CreateTestProbe().Ref, CreateTestProbe().Ref, CreateTestProbe().Ref, CreateTestProbe().Ref, new NoMarkup(), null, new WireLimits(),
        new SessionSettings(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), 8, 1), new ConnectionQuota(new ConnectionLimits()), TimeProvider.System)));

    [Fact]
    public void Each_socket_gets_a_session_of_its_dialect()
    {
        sessions.Tell(new OpenSession(new RecordedSocket(), Dialect.V1, null));
        Assert.EndsWith("/1", ExpectMsg<SessionOpened>().Session.Path.ToString(), StringComparison.Ordinal);
    }

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

    [Fact]
    public void With_nobody_there_it_is_drained_at_once()
    {
        sessions.Tell(Drain.Instance);
        ExpectMsg<Drained>();
    }
}
