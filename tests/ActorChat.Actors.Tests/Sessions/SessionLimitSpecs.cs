using ActorChat.Actors.Classic;
using ActorChat.Actors.Conversations;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Tests.Sessions;

/// <summary>How much of anything one may send, and what becomes of who sends more.</summary>
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
    public void Who_sends_too_fast_is_told_when_to_try_again()
    {
        var session = Live(new LimitsOptions { MessagesPerSecond = 1, MessagesBurst = 2 });
        for (var i = 0; i < 3; i++) session.Tell(Send(i));
        conversation.ExpectMsg<PostMessage>();
        conversation.ExpectMsg<PostMessage>();
        var error = socket.Next("error");
        Assert.Equal(("rate_limited", true), (error.GetProperty("code").GetString(), error.GetProperty("retry").GetBoolean()));
        Assert.Equal(1000, error.GetProperty("after_ms").GetInt32());
        conversation.ExpectNoMsg(50);
        time.Advance(TimeSpan.FromSeconds(1));
        session.Tell(Send(3));
        Assert.Equal(3, conversation.ExpectMsg<PostMessage>().Request);
    }

    [Fact]
    public void Who_goes_on_after_thousands_of_refusals_is_closed_4029()
    {
        var session = Live(new LimitsOptions { MessagesPerSecond = 1, MessagesBurst = 1 });
        for (var i = 0; i < 1500; i++) session.Tell(Send(i));
        for (var i = 0; i < 1499; i++) socket.Next("error");
        Assert.False(socket.IsClosed);
        for (var i = 0; i < 1500; i++) session.Tell(Send(i));
        Assert.Equal(CloseCode.Flood, socket.CloseCodeInTime());
    }

    [Theory]
    [InlineData(Dialect.V1)]
    [InlineData(Dialect.Classic)]
    public void What_one_user_may_send_is_shared_by_all_of_their_connections(Dialect other)
    {
        var limits = new LimitsOptions { MessagesPerSecond = 0.01, MessagesBurst = 3 };
        var quota = new ConnectionQuota(new ConnectionLimits());
        var now = (long)time.GetElapsedTime(0).TotalMilliseconds; // the sessions' clock
        var elsewhere = quota.TryEnterUser(Ann.Id.Value, limits, now)!;
        for (var i = 0; i < 2; i++) Assert.Null(elsewhere.Sends.TryTake(now));
        var services = Services(limits, quota: quota);
        var session = Sys.ActorOf(other == Dialect.V1 ? SessionActor.PropsFor(services) : ClassicSessionActor.PropsFor(services));
        session.Tell(new OpenSession(socket, other, other == Dialect.V1 ? null : "ann"));
        if (other == Dialect.V1) session.Tell(Hello());
        var entering = persistence.ExpectMsg<Persist>();
        session.Tell(new Persisted([new PersistedItem(entering.Command, null, new UserEntered(Ann))]));
        conversations.ExpectMsg<Subscribe>().Session.Tell(new Subscribed(ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty));

        for (var i = 0; i < 2; i++) session.Tell(other == Dialect.V1 ? Send(i) : new ClassicFrame("hello", null));

        conversation.ExpectMsg<PostMessage>();
        conversation.ExpectNoMsg(100);
    }

    [Fact]
    public void Requests_that_are_no_sends_have_a_measure_of_their_own()
    {
        var session = Live(new LimitsOptions { MessagesPerSecond = 0.01, MessagesBurst = 1, RequestsPerSecond = 0.01, RequestsBurst = 3 });
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
    public void Who_goes_on_with_other_requests_after_thousands_of_refusals_is_closed_4029_too()
    {
        var session = Live(new LimitsOptions { MessagesPerSecond = 1, RequestsPerSecond = 0.01, RequestsBurst = 1 });
        for (var i = 0; i < 3000; i++) session.Tell(new TypingFrame(null, ConversationId.Default));
        Assert.Equal(CloseCode.Flood, socket.CloseCodeInTime());
    }

    [Fact]
    public void Where_sends_have_no_limit_other_requests_have_none()
    {
        var session = Live(new LimitsOptions { MessagesPerSecond = 0, RequestsPerSecond = 1, RequestsBurst = 1 });
        for (var i = 0; i < 50; i++) session.Tell(new HeartbeatFrame(i, null));
        for (var i = 0; i < 50; i++) socket.Next("ok");
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

    [Fact]
    public void One_user_has_so_many_connections_and_no_more()
    {
        var quota = new ConnectionQuota(new ConnectionLimits(PerUser: 1));
        Assert.NotNull(quota.TryEnterUser("u-ann", new LimitsOptions(), nowMs: 0));
        store.Users[SessionToken.Hash("secret")] = Ann;
        Start(socket, Services(quota: quota)).Tell(Hello(name: null, token: "secret"));
        Assert.Equal(CloseCode.TooManyConnections, socket.CloseCodeInTime());
    }
}
