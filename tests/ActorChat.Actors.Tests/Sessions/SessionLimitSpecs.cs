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
    public void The_server_stops_reading_from_a_socket_with_too_many_unacknowledged_sends()
    {
        var session = StartLive();
        var before = socket.Handled;
        for (var i = 0; i < 4; i++) session.Tell(Send(10 + i));
        for (var i = 0; i < 4; i++) conversation.ExpectMsg<PostMessage>();
        AwaitAssert(() => Assert.Equal(before + 1, socket.Handled));
        session.Tell(new Delivered(FrameBatch.Empty, 6, [new PostReceipt(10, 6, HeldStore.Noon, false, null)]));
        AwaitAssert(() => Assert.Equal(before + 2, socket.Handled));
    }

    [Fact]
    public void A_client_that_sends_too_fast_is_refused_with_a_retry_delay()
    {
        userLimits = new FakeUserLimits(sends: 2);
        var session = StartLive();
        for (var i = 0; i < 3; i++) session.Tell(Send(i));
        conversation.ExpectMsg<PostMessage>();
        conversation.ExpectMsg<PostMessage>();
        var error = socket.Next("error");
        Assert.Equal(("rate_limited", true), (error.GetProperty("code").GetString(), error.GetProperty("retry").GetBoolean()));
        Assert.Equal(FakeUserLimits.RetryAfterMs, error.GetProperty("after_ms").GetInt32());
        conversation.ExpectNoMsg(50);
        userLimits.Refill(sends: 1);
        session.Tell(Send(3));
        Assert.Equal(3, conversation.ExpectMsg<PostMessage>().Request);
    }

    [Fact]
    public void A_client_that_keeps_sending_after_refusals_is_closed_with_4029()
    {
        userLimits = new FakeUserLimits(sends: 1, refusals: 2);
        var session = StartLive();
        for (var i = 0; i < 3; i++) session.Tell(Send(i));
        for (var i = 0; i < 2; i++) socket.Next("error");
        Assert.False(socket.IsClosed);
        session.Tell(Send(3));
        Assert.Equal(CloseCode.Flood, socket.WaitForCloseCode());
    }

    [Fact]
    public void Requests_other_than_sends_have_their_own_limit()
    {
        userLimits = new FakeUserLimits(sends: 1, requests: 3);
        var session = StartLive();
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
        AwaitAssert(() => Assert.Equal(handled + 5, socket.Handled)); // the server continues to read from the socket after a refusal
    }

    [Fact]
    public void A_client_that_keeps_making_other_requests_after_refusals_is_closed_with_4029()
    {
        userLimits = new FakeUserLimits(requests: 1, refusals: 2);
        var session = StartLive();
        for (var i = 0; i < 4; i++) session.Tell(new TypingFrame(null, ConversationId.Default));
        Assert.Equal(CloseCode.Flood, socket.WaitForCloseCode());
    }

    [Fact]
    public void A_client_that_tries_too_many_names_is_closed_with_4029()
    {
        var session = Start();
        for (var i = 0; i < 20; i++)
        {
            Assert.False(socket.IsClosed);
            session.Tell(Hello(name: i % 2 == 0 ? "" : "admin"));
            socket.Next("error");
        }
        Assert.Equal(CloseCode.Flood, socket.WaitForCloseCode());
    }

    [Fact]
    public void Repeated_frames_that_are_not_JSON_close_the_session_with_4400()
    {
        var session = StartLive();
        for (var i = 0; i < 5; i++) session.Tell(new RefusedFrame(null, new Refusal(ErrorCode.BadJson, "no")));
        for (var i = 0; i < 4; i++) Assert.Equal("bad_json", socket.NextError());
        Assert.Equal(CloseCode.BadFrame, socket.WaitForCloseCode());
    }

    [Fact]
    public void Typing_is_forwarded_at_most_once_per_second()
    {
        var session = StartLive();
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
    public void A_connection_above_the_limit_of_its_user_is_closed_with_4409(Dialect dialect)
    {
        userLimits = new FakeUserLimits(places: 0);
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
        Assert.Equal(CloseCode.TooManyConnections, socket.WaitForCloseCode());
    }

    [Fact]
    public void A_session_that_ends_frees_its_place()
    {
        var session = StartLive();
        Assert.Equal(1, userLimits.Open);
        session.Tell(SocketClosed.Instance);
        AwaitAssert(() => Assert.Equal(0, userLimits.Open));
    }
}
