using ActorChat.Actors.Classic;
using ActorChat.Actors.Conversations;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Tests.Sessions;

/// <summary>How much a client may send, and what a session does with a client that sends more.</summary>
public class SessionLimitSpecs : SessionSpecs
{
    [Promise("P6")]
    [Fact]
    public void With_too_many_unanswered_sends_the_socket_is_not_read_on()
    {
        var session = Live();
        var before = socket.Handled;
        for (var i = 0; i < 4; i++) session.Tell(Send(10 + i));
        for (var i = 0; i < 4; i++) conversation.ExpectMsg<PostMessage>();
        AwaitAssert(() => Assert.Equal(before + 1, socket.Handled));
        session.Tell(new Delivered(FrameBatch.Empty, 6, [new PostReceipt(10, 6, HeldStore.Noon, false, null)]));
        AwaitAssert(() => Assert.Equal(before + 2, socket.Handled));
    }

    [Fact]
    public void A_client_that_sends_too_fast_gets_the_time_to_try_again()
    {
        users = new FakeUserLimits(sends: 2);
        var session = Live();
        for (var i = 0; i < 3; i++) session.Tell(Send(i));
        conversation.ExpectMsg<PostMessage>();
        conversation.ExpectMsg<PostMessage>();
        var error = socket.Next("error");
        Assert.Equal(("rate_limited", true), (error.GetProperty("code").GetString(), error.GetProperty("retry").GetBoolean()));
        Assert.Equal(FakeUserLimits.RetryAfterMs, error.GetProperty("after_ms").GetInt32());
        conversation.ExpectNoMsg(50);
        users.Refill(sends: 1);
        session.Tell(Send(3));
        Assert.Equal(3, conversation.ExpectMsg<PostMessage>().Request);
    }

    [Fact]
    public void A_client_that_ignores_its_refusals_is_closed_4029()
    {
        users = new FakeUserLimits(sends: 1, refusals: 2);
        var session = Live();
        for (var i = 0; i < 3; i++) session.Tell(Send(i));
        for (var i = 0; i < 2; i++) socket.Next("error");
        Assert.False(socket.IsClosed);
        session.Tell(Send(3));
        Assert.Equal(CloseCode.Flood, socket.CloseCodeInTime());
    }

    [Fact]
    public void Requests_that_are_no_sends_have_a_limit_of_their_own()
    {
        users = new FakeUserLimits(sends: 1, requests: 3);
        var session = Live();
        var handled = socket.Handled;
        session.Tell(new HeartbeatFrame(1, null));
        session.Tell(new UnknownFrame(2, "dance"));
        session.Tell(new RefusedFrame(3, new Refusal(ErrorCode.BadRequest, "wrong", "x")));
        socket.Next("ok");
        Assert.Equal(("unknown_type", "bad_request"), (socket.NextError(), socket.NextError()));

        session.Tell(new HeartbeatFrame(4, null));
        var refused = socket.Next("error");
        Assert.Equal(("rate_limited", 4), (refused.GetProperty("code").GetString(), refused.GetProperty("re").GetInt32()));
        Assert.True(refused.GetProperty("after_ms").GetInt32() > 0);
        session.Tell(Send(5));
        conversation.ExpectMsg<PostMessage>();
        AwaitAssert(() => Assert.Equal(handled + 5, socket.Handled)); // refused or not, the socket is read on
    }

    [Fact]
    public void A_client_that_ignores_its_refusals_of_other_requests_is_closed_4029_as_well()
    {
        users = new FakeUserLimits(requests: 1, refusals: 2);
        var session = Live();
        for (var i = 0; i < 4; i++) session.Tell(new TypingFrame(null, ConversationId.Default));
        Assert.Equal(CloseCode.Flood, socket.CloseCodeInTime());
    }

    [Fact]
    public void Whoever_tries_one_name_after_the_other_without_end_is_closed()
    {
        var session = Start();
        for (var i = 0; i < 20; i++)
        {
            Assert.False(socket.IsClosed);
            session.Tell(Hello(name: i % 2 == 0 ? "" : "admin"));
            socket.Next("error");
        }
        Assert.Equal(CloseCode.Flood, socket.CloseCodeInTime());
    }

    [Fact]
    public void Frame_after_frame_that_is_not_json_closes_4400()
    {
        var session = Live();
        for (var i = 0; i < 5; i++) session.Tell(new RefusedFrame(null, new Refusal(ErrorCode.BadJson, "no")));
        for (var i = 0; i < 4; i++) Assert.Equal("bad_json", socket.NextError());
        Assert.Equal(CloseCode.BadFrame, socket.CloseCodeInTime());
    }

    [Fact]
    public void Typing_is_passed_on_once_a_second()
    {
        var session = Live();
        for (var i = 0; i < 5; i++) session.Tell(new TypingFrame(null, ConversationId.Default));
        conversation.ExpectMsg<NoteTyping>();
        conversation.ExpectNoMsg(100);
        time.Advance(TimeSpan.FromSeconds(1));
        session.Tell(new TypingFrame(null, ConversationId.Default));
        conversation.ExpectMsg<NoteTyping>();
    }

    [Theory]
    [InlineData(Dialect.V1)]
    [InlineData(Dialect.Classic)]
    public void A_user_with_too_many_connections_is_closed_4409(Dialect dialect)
    {
        users = new FakeUserLimits(places: 0);
        store.Users[SessionToken.Hash("secret")] = Ann;
        if (dialect == Dialect.V1)
        {
            Start().Tell(Hello(name: null, token: "secret"));
        }
        else
        {
            var session = Sys.ActorOf(ClassicSessionActor.PropsFor(Services()));
            session.Tell(new OpenSession(socket, Dialect.Classic, "ann"));
            session.Tell(new Persisted([new PersistedItem(persistence.ExpectMsg<Persist>().Command, null, new UserEntered(Ann))]));
        }
        Assert.Equal(CloseCode.TooManyConnections, socket.CloseCodeInTime());
    }

    [Fact]
    public void A_session_that_ends_frees_its_place()
    {
        var session = Live();
        Assert.Equal(1, users.Open);
        session.Tell(SocketClosed.Instance);
        AwaitAssert(() => Assert.Equal(0, users.Open));
    }
}
