using ActorChat.Actors.Classic;
using ActorChat.Actors.Conversations;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Presence;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Actors.Tests.Sessions;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace ActorChat.Actors.Tests.Classic;

public class ClassicSessionActorSpecs : PatientTestKit
{
    static readonly UserAccount Ann = new(new UserId("u-ann"), "Ann", "member");

    readonly RecordedSocket socket = new();
    readonly TestProbe persistence, conversations, conversation, presence;

    public ClassicSessionActorSpecs() => (persistence, conversations, conversation, presence) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe(), CreateTestProbe());

    IActorRef Start(string? username, int helloMs = 300_000)
    {
        var session = Sys.ActorOf(ClassicSessionActor.PropsFor(Services(helloMs)));
        session.Tell(new OpenSession(socket, Dialect.Classic, username));
        return session;
    }

    SessionServices Services(int helloMs) => new(
        new HeldStore(), persistence.Ref, conversations.Ref, TestActor, presence.Ref, null, new LimitsOptions { TextBytes = 100 },
        new SessionOptions { HelloTimeout = TimeSpan.FromMilliseconds(helloMs), NameTimeout = TimeSpan.FromMinutes(5), InFlight = 8,
            Reads = 1, RevokedPoll = TimeSpan.FromMilliseconds(20) }, new FakeUserLimits(sends: 3), new FakeTimeProvider());

    void ComeIn(IActorRef session, StoreOutcome outcome)
    {
        var entry = persistence.ExpectMsg<Persist>();
        session.Tell(new Persisted([new PersistedItem(entry.Command, entry.Tag, outcome)]));
    }

    IActorRef Live()
    {
        var session = Start("Ann");
        ComeIn(session, new UserEntered(Ann));
        Assert.Equal(Dialect.Classic, conversations.ExpectMsg<Subscribe>().Dialect);
        session.Tell(new Subscribed(ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty));
        Assert.Equal("Ann", socket.Next("connected").GetProperty("username").GetString());
        return session;
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void An_empty_name_in_the_address_closes_at_once(string username)
    {
        Start(username);
        Assert.Equal(CloseCode.PolicyViolation, socket.CloseCodeInTime());
    }

    [Fact]
    public void The_name_may_come_as_the_first_frame()
    {
        Start(null).Tell(new ClassicFrame(null, "Ann"));
        Assert.Equal("Ann", ((EnterByName)persistence.ExpectMsg<Persist>().Command).Name);
    }

    [Fact]
    public void Without_a_name_it_closes_after_the_wait()
    {
        Start(null, helloMs: 30);
        Assert.Equal(CloseCode.PolicyViolation, socket.CloseCodeInTime());
    }

    [Fact]
    public void A_name_that_a_session_holds_is_refused()
    {
        var session = Start("Ann");
        ComeIn(session, new NameTaken());
        Assert.Equal(CloseCode.PolicyViolation, socket.CloseCodeInTime());
    }

    [Fact]
    public void Lines_are_posted_without_a_key_and_blank_ones_are_not()
    {
        var session = Live();
        session.Tell(new ClassicFrame("   ", null));
        session.Tell(new ClassicFrame("hello", null));
        var post = conversation.ExpectMsg<PostMessage>();
        Assert.Equal(("hello", null), (post.Text, post.Key));
        conversation.ExpectNoMsg(50);
    }

    [Fact]
    public void It_counts_as_present()
    {
        Live();
        Assert.Equal(("Ann", Dialect.Classic), presence.ExpectMsg<Arrive>() is var a ? (a.User.Name, a.Dialect) : default);
    }

    [Fact]
    public void Errors_are_said_and_the_socket_stays()
    {
        var session = Live();
        session.Tell(ClassicFrame.NotJson);
        Assert.Equal("Invalid JSON format", socket.Next("error").GetProperty("message").GetString());
        session.Tell(new ClassicFrame(new string('x', 101), null));
        socket.Next("error");
        session.Tell(new ClassicFrame("\u200b\u2800", null));
        Assert.Equal("The text has only invisible characters.", socket.Next("error").GetProperty("message").GetString());
        for (var i = 0; i < 4; i++) session.Tell(new ClassicFrame("quick", null));
        Assert.Equal("RATE_LIMITED", socket.Next("error").GetProperty("code").GetString());
        Assert.False(socket.IsClosed);
    }
}
