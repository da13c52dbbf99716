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

    public ClassicSessionActorSpecs() => (persistence, conversations, conversation, presence) = (CreateTestProbe(), CreateTestProbe(),
        CreateTestProbe(), CreateTestProbe());

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

    void CompleteSignIn(IActorRef session, StoreOutcome outcome)
    {
        var signIn = persistence.ExpectMsg<Persist>();
        session.Tell(new Persisted([new PersistedItem(signIn.Command, signIn.Tag, outcome)]));
    }

    IActorRef StartLive()
    {
        var session = Start("Ann");
        CompleteSignIn(session, new UserEntered(Ann));
        Assert.Equal(Dialect.Classic, conversations.ExpectMsg<Subscribe>().Dialect);
        session.Tell(new Subscribed(ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty));
        Assert.Equal("Ann", socket.Next("connected").GetProperty("username").GetString());
        return session;
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void An_empty_name_in_the_URL_closes_the_session_at_once(string username)
    {
        Start(username);
        Assert.Equal(CloseCode.PolicyViolation, socket.WaitForCloseCode());
    }

    [Fact]
    public void The_first_frame_may_contain_the_name()
    {
        Start(null).Tell(new ClassicFrame(null, "Ann"));
        Assert.Equal("Ann", ((EnterByName)persistence.ExpectMsg<Persist>().Command).Name);
    }

    [Fact]
    public void A_session_without_a_name_is_closed_after_the_hello_timeout()
    {
        Start(null, helloMs: 30);
        Assert.Equal(CloseCode.PolicyViolation, socket.WaitForCloseCode());
    }

    [Fact]
    public void A_taken_name_closes_the_session()
    {
        var session = Start("Ann");
        CompleteSignIn(session, new NameTaken());
        Assert.Equal(CloseCode.PolicyViolation, socket.WaitForCloseCode());
    }

    [Fact]
    public void Lines_are_posted_without_a_key_and_blank_lines_are_not_posted()
    {
        var session = StartLive();
        session.Tell(new ClassicFrame("   ", null));
        session.Tell(new ClassicFrame("hello", null));
        var post = conversation.ExpectMsg<PostMessage>();
        Assert.Equal(("hello", null), (post.Text, post.Key));
        conversation.ExpectNoMsg(50);
    }

    [Fact]
    public void A_classic_session_counts_as_present()
    {
        StartLive();
        Assert.Equal(("Ann", Dialect.Classic), presence.ExpectMsg<Arrive>() is var a ? (a.User.Name, a.Dialect) : default);
    }

    [Fact]
    public void Refused_frames_get_an_error_and_the_socket_stays_open()
    {
        var session = StartLive();
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
