using ActorChat.Actors.Conversations;
using ActorChat.Actors.Nodes;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Presence;
using ActorChat.Actors.Reads;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace ActorChat.Actors.Tests.Sessions;

public class SessionActorSpecs : TestKit
{
    static readonly UserAccount Ann = new(new UserId("u-ann"), "ann", "member");
    static readonly FrameBatch OneFrame = Frame(to => ServerFrames.Live(to, [ConversationId.Default]));

    readonly RecordedSocket socket = new();
    readonly HeldStore store = new();
    readonly TestProbe persistence, conversations, conversation, presence;
    readonly IActorRef reads;

    public SessionActorSpecs()
    {
        (persistence, conversations, conversation, presence) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        reads = Sys.ActorOf(ReadsActor.PropsFor(store, persistence.Ref, new ReadsSettings(TimeSpan.FromMilliseconds(20), TimeSpan.FromMinutes(1), 100, 100), SilentBus.Instance));
    }

    static FrameBatch Frame(Action<FrameBatchBuilder> compose)
    {
        var builder = new FrameBatchBuilder();
        compose(builder);
        return builder.Build();
    }

    SessionServices Services(WireLimits? limits = null, SessionSettings? settings = null, ConnectionQuota? quota = null) => new(
        store, persistence.Ref, conversations.Ref, reads, presence.Ref, new NoMarkup(), "b1", limits ?? new WireLimits(MessagesPerSecond: 0),
        settings ?? new SessionSettings(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), InFlight: 2, Reads: 1, RevokedPoll: TimeSpan.FromMinutes(1)), quota ?? new ConnectionQuota(new ConnectionLimits()), TimeProvider.System);

    IActorRef Start(WireLimits? limits = null, SessionSettings? settings = null, RecordedSocket? on = null) =>
        Sys.ActorOf(SessionActor.PropsFor(on ?? socket, Services(limits, settings)));

    static HelloFrame Hello(string? name = "ann", string? token = null, Resume? resume = null) => new(1, "spec", name, token, resume);

    Subscribe Claim(IActorRef session, Resume? resume = null)
    {
        session.Tell(Hello(resume: resume));
        var claim = persistence.ExpectMsg<Persist>();
        claim.ReplyTo.Tell(new Persisted([new PersistedItem(claim.Command, claim.Tag, new UserEntered(Ann))]));
        return conversations.ExpectMsg<Subscribe>();
    }

    IActorRef Live(WireLimits? limits = null, SessionSettings? settings = null, RecordedSocket? on = null)
    {
        var session = Start(limits, settings, on);
        Claim(session).Session.Tell(new Subscribed(ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty));
        (on ?? socket).Next("welcome");
        (on ?? socket).Next("live");
        return session;
    }

    static SendFrame Send(long id, string text = "hello") => new(id, ConversationId.Default, $"key-{id:D12}", text, null);

    [Fact]
    public void A_name_is_claimed_with_a_token_that_is_stored_as_a_hash_and_told_once()
    {
        var session = Start();
        session.Tell(Hello());
        var claim = (ClaimName)persistence.ExpectMsg<Persist>().Command;
        Assert.False(socket.HasSaidHello); // a claim alone is not yet somebody
        session.Tell(new Persisted([new PersistedItem(claim, null, new UserEntered(Ann))]));
        conversations.ExpectMsg<Subscribe>().Session.Tell(
            new Subscribed(ConversationId.Default, conversation.Ref, "General", 5, 3, OneFrame, OneFrame));
        var token = socket.Next("welcome").GetProperty("token").GetString()!;
        Assert.True(socket.HasSaidHello);
        Assert.Equal(claim.Token, SessionToken.Hash(token));
        Assert.DoesNotContain(token, claim.Token.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_alone_says_who_it_is()
    {
        store.Users[SessionToken.Hash("secret")] = Ann;
        Start().Tell(Hello(name: null, token: "secret"));
        Assert.Equal("ann", conversations.ExpectMsg<Subscribe>().User.Name);
        persistence.ExpectNoMsg(50);
    }

    [Fact]
    public void A_wrong_token_ends_with_4401()
    {
        Start().Tell(Hello(token: "wrong"));
        Assert.Equal("unauthorized", socket.NextError());
        Assert.Equal(CloseCode.NoIdentity, socket.CloseCodeInTime());
    }

    [Fact]
    public void A_taken_name_may_be_followed_by_another_on_the_same_connection()
    {
        var session = Start();
        session.Tell(Hello());
        var claim = persistence.ExpectMsg<Persist>();
        session.Tell(new Persisted([new PersistedItem(claim.Command, null, new NameTaken())]));
        Assert.Equal("name_taken", socket.NextError());
        Assert.Equal(Ann.AsAuthor(), Claim(session).User);
    }

    [Theory]
    [InlineData("AIBot", "name_taken")]
    [InlineData("аdmin", "name_taken")]
    [InlineData(" ", "name_invalid")]
    [InlineData("a\u202Eb", "name_invalid")]
    public void A_name_that_nobody_may_have_is_refused_before_the_store(string name, string code)
    {
        Start().Tell(Hello(name));
        Assert.Equal(code, socket.NextError());
        persistence.ExpectNoMsg(50);
    }

    [Fact]
    public void Without_hello_it_closes_4408()
    {
        Start(settings: new SessionSettings(TimeSpan.FromMilliseconds(30), TimeSpan.FromSeconds(5), 2, 1, TimeSpan.FromMinutes(1)));
        Assert.Equal(CloseCode.NoHello, socket.CloseCodeInTime());
    }

    [Fact]
    public void Anything_before_hello_closes_4400()
    {
        Start().Tell(Send(1));
        Assert.Equal(CloseCode.BadFrame, socket.CloseCodeInTime());
    }

    [Fact]
    public void The_cursor_goes_to_the_conversation_and_another_epoch_is_seen()
    {
        var resumed = Claim(Start(), new Resume("e1", new Dictionary<string, long> { ["default"] = 41 }));
        Assert.Equal((41L, false), (resumed.Cursor!.Value, resumed.OtherEpoch));
        var other = Claim(Start(), new Resume("e0", new Dictionary<string, long> { ["default"] = 41 }));
        Assert.True(other.OtherEpoch);
    }

    [Fact]
    public void Requests_that_come_before_live_are_kept_and_answered_after_it()
    {
        var session = Start();
        session.Tell(Hello());
        session.Tell(Send(2));
        var claim = persistence.ExpectMsg<Persist>();
        session.Tell(Send(3));
        session.Tell(new Persisted([new PersistedItem(claim.Command, null, new UserEntered(Ann))]));
        conversations.ExpectMsg<Subscribe>();
        session.Tell(new Subscribed(ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty));
        Assert.Equal(2, conversation.ExpectMsg<PostMessage>().Request);
        Assert.Equal(3, conversation.ExpectMsg<PostMessage>().Request);
    }

    [Fact]
    public void What_a_client_says_of_itself_is_not_believed()
    {
        Live().Tell(Send(2));
        Assert.Equal(Ann.AsAuthor(), conversation.ExpectMsg<PostMessage>().Sender);
    }

    [Fact]
    public void A_receipt_becomes_an_ok_before_the_event_and_a_refusal_an_error()
    {
        var session = Live();
        session.Tell(new Delivered(OneFrame, 6, [new PostReceipt(2, 6, HeldStore.Noon, false, null), PostReceipt.Refused(3, new ProtocolError(ErrorCode.Busy, "x"))]));
        Assert.Equal(6, socket.Next("ok").GetProperty("seq").GetInt64());
        Assert.Equal("busy", socket.NextError());
        socket.Next("live");
    }

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
        var session = Live(new WireLimits(MessagesPerSecond: 1, MessagesBurst: 2));
        for (var i = 0; i < 3; i++) session.Tell(Send(i));
        conversation.ExpectMsg<PostMessage>();
        conversation.ExpectMsg<PostMessage>();
        var error = socket.Next("error");
        Assert.Equal(("rate_limited", true), (error.GetProperty("code").GetString(), error.GetProperty("retry").GetBoolean()));
        Assert.InRange(error.GetProperty("after_ms").GetInt32(), 1, 1000);
        conversation.ExpectNoMsg(50);
    }

    [Fact]
    public void Who_goes_on_after_thousands_of_refusals_is_closed_4029()
    {
        var session = Live(new WireLimits(MessagesPerSecond: 1, MessagesBurst: 1));
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
        var limits = new WireLimits(MessagesPerSecond: 0.01, MessagesBurst: 3);
        var quota = new ConnectionQuota(new ConnectionLimits());
        var now = (long)TimeProvider.System.GetElapsedTime(0).TotalMilliseconds; // the sessions' clock
        var elsewhere = quota.TryEnterUser(Ann.Id.Value, limits, now)!;
        for (var i = 0; i < 2; i++) Assert.Null(elsewhere.Sends.TryTake(now));
        var services = Services(limits, quota: quota);
        var session = Sys.ActorOf(other == Dialect.V1 ? SessionActor.PropsFor(socket, services) : ClassicSessionActor.PropsFor(socket, services, "ann"));
        if (other == Dialect.V1) session.Tell(Hello());
        var entering = persistence.ExpectMsg<Persist>();
        session.Tell(new Persisted([new PersistedItem(entering.Command, null, new UserEntered(Ann))]));
        conversations.ExpectMsg<Subscribe>().Session.Tell(new Subscribed(ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty));

        for (var i = 0; i < 2; i++) session.Tell(other == Dialect.V1 ? Send(i) : new ClassicFrame("hello", null));

        conversation.ExpectMsg<PostMessage>();
        conversation.ExpectNoMsg(100);
    }

    [Fact]
    public void Who_comes_while_the_log_is_replaced_comes_again()
    {
        var session = Start();
        session.Tell(Hello());
        var entering = persistence.ExpectMsg<Persist>();
        session.Tell(new Persisted([new PersistedItem(entering.Command, null, new UserEntered(Ann))]));
        var subscribe = conversations.ExpectMsg<Subscribe>();
        store.Epoch = "e2";
        subscribe.Session.Tell(new Subscribed(ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty));
        Assert.Equal(CloseCode.InternalError, socket.CloseCodeInTime());
    }

    [Fact]
    public void Requests_that_are_no_sends_have_a_measure_of_their_own()
    {
        var session = Live(new WireLimits(MessagesPerSecond: 0.01, MessagesBurst: 1, RequestsPerSecond: 0.01, RequestsBurst: 3));
        var handled = socket.Handled;
        session.Tell(new HeartbeatFrame(1, null));
        session.Tell(new UnknownFrame(2, "dance"));
        session.Tell(new RefusedFrame(3, new ProtocolError(ErrorCode.BadRequest, "wrong", "x")));
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
        var session = Live(new WireLimits(MessagesPerSecond: 1, RequestsPerSecond: 0.01, RequestsBurst: 1));
        for (var i = 0; i < 3000; i++) session.Tell(new TypingFrame(null, ConversationId.Default));
        Assert.Equal(CloseCode.Flood, socket.CloseCodeInTime());
    }

    [Fact]
    public void Where_sends_have_no_limit_other_requests_have_none()
    {
        var session = Live(new WireLimits(MessagesPerSecond: 0, RequestsPerSecond: 1, RequestsBurst: 1));
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
    public void A_second_hello_behind_one_that_is_being_looked_at_is_answered()
    {
        var session = Start();
        session.Tell(Hello());
        session.Tell(Hello(name: "bob") with { Id = 2 });
        var refused = socket.Next("error");
        Assert.Equal(("bad_request", 2), (refused.GetProperty("code").GetString(), refused.GetProperty("re").GetInt32()));
    }

    [Fact]
    public void A_heartbeat_is_told_the_head_where_it_differs()
    {
        var session = Live();
        session.Tell(new HeartbeatFrame(2, new Dictionary<string, long> { ["default"] = 5 }));
        Assert.Empty(socket.Next("ok").GetProperty("heads").EnumerateObject());
        session.Tell(new Delivered(FrameBatch.Empty, 6, []));
        session.Tell(new HeartbeatFrame(3, new Dictionary<string, long> { ["default"] = 5 }));
        Assert.Equal(6, socket.Next("ok").GetProperty("heads").GetProperty("default").GetInt64());
    }

    [Fact]
    public void Reads_are_answered_from_the_store_one_after_the_other()
    {
        store.Seed(20);
        var session = Live();
        session.Tell(new PullFrame(2, ConversationId.Default, 3, 5));
        session.Tell(new HistoryFrame(3, ConversationId.Default, new PageOf(PageEdge.Before, 11, 2)));
        var pulled = socket.Next("ok").GetProperty("events").EnumerateArray().Select(e => e.GetProperty("seq").GetInt64());
        Assert.Equal([3, 4, 5], pulled);
        var page = socket.Next("ok").GetProperty("messages").EnumerateArray().Select(e => e.GetProperty("seq").GetInt64());
        Assert.Equal([9, 10], page);
        store.ReadsFailWith = new StoreUnavailableException("away");
        session.Tell(new PullFrame(4, ConversationId.Default, 3, 5));
        Assert.Equal("unavailable", socket.NextError());
    }

    [Fact]
    public void What_is_unknown_wrong_or_elsewhere_is_answered_and_the_socket_stays()
    {
        var session = Live();
        session.Tell(new UnknownFrame(2, "dance"));
        Assert.Equal("unknown_type", socket.NextError());
        session.Tell(Hello());
        Assert.Equal("bad_request", socket.NextError());
        session.Tell(new PullFrame(4, ConversationId.Default, 5, 3));
        Assert.Equal("bad_request", socket.NextError());
        session.Tell(Send(5) with { Conversation = new ConversationId("secret") });
        Assert.Equal("not_found", socket.NextError());
        Assert.False(socket.IsClosed);
    }

    [Fact]
    public void Frame_after_frame_that_is_not_json_closes_4400()
    {
        var session = Live();
        for (var i = 0; i < 5; i++) session.Tell(new RefusedFrame(null, new ProtocolError(ErrorCode.BadJson, "no")));
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
    }

    [Fact]
    public void The_unread_are_told_with_the_mark_that_the_store_has()
    {
        store.Marks[Ann.Id] = 3;
        var subscribe = Claim(Start());
        Assert.Equal(3, subscribe.Read);
        subscribe.Session.Tell(new Subscribed(ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty, Unread: 2));
        var welcome = socket.Next("welcome");
        var card = welcome.GetProperty("conversations")[0];
        Assert.Equal((3, 2), (card.GetProperty("read").GetInt32(), card.GetProperty("unread").GetInt32()));
        Assert.Equal("b1", welcome.GetProperty("build").GetString());
    }

    [Fact]
    public void Who_comes_for_the_first_time_has_everything_read_for_good()
    {
        var subscribe = Claim(Start());
        Assert.Null(subscribe.Read);
        subscribe.Session.Tell(new Subscribed(ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty));
        var card = socket.Next("welcome").GetProperty("conversations")[0];
        Assert.Equal((5, 0), (card.GetProperty("read").GetInt32(), card.GetProperty("unread").GetInt32()));
        reads.Tell(HandOverReads.Instance);
        var saved = Assert.Single(((SaveReadMarks)persistence.ExpectMsg<Persist>().Command).Marks);
        Assert.Equal(new ReadMark(Ann.Id, ConversationId.Default, 5), saved);
    }

    [Fact]
    public void A_mark_is_answered_and_told_to_the_users_other_sessions_only()
    {
        store.Marks[Ann.Id] = 1;
        RecordedSocket other = new("2"), third = new("3");
        var session = Live();
        Live(on: other);
        session.Tell(new ReadFrame(2, ConversationId.Default, 4));
        Assert.Equal(2, socket.Next("ok").GetProperty("re").GetInt32());
        Assert.Equal(4, other.Next("read").GetProperty("seq").GetInt64());
        // Backwards is no error and changes nothing.
        session.Tell(new ReadFrame(3, ConversationId.Default, 2));
        Assert.Equal(3, socket.Next("ok").GetProperty("re").GetInt32());
        var late = Claim(Start(on: third));
        Assert.Equal(4, late.Read);
        Assert.False(other.HasFrame);
    }

    [Fact]
    public void A_mark_beyond_the_head_or_elsewhere_is_refused()
    {
        var session = Live();
        session.Tell(new ReadFrame(2, ConversationId.Default, 6));
        var refused = socket.Next("error");
        Assert.Equal(("not_found", "seq"), (refused.GetProperty("code").GetString(), refused.GetProperty("field").GetString()));
        session.Tell(new ReadFrame(3, new ConversationId("secret"), 1));
        Assert.Equal("not_found", socket.NextError());
    }

    [Fact]
    public void It_is_present_from_live_to_its_end_and_says_so_again_when_that_was_lost()
    {
        var session = Live();
        Assert.Equal((session, Ann.Id, Dialect.V1), presence.ExpectMsg<Arrive>() is var a ? (a.Session, a.User.Id, a.Dialect) : default);
        session.Tell(PresenceLost.Instance);
        Assert.Equal(session, presence.ExpectMsg<Arrive>().Session);
        session.Tell(SocketClosed.Instance);
        Assert.Equal(session, presence.ExpectMsg<Depart>().Session);
    }

    [Fact]
    public void Going_down_it_says_so_waits_for_its_answers_and_closes_4001()
    {
        var session = Live();
        session.Tell(Send(2));
        conversation.ExpectMsg<PostMessage>();
        session.Tell(Drain.Instance);
        Assert.InRange(socket.Next("goaway").GetProperty("after_ms").GetInt32(), 0, 4000);
        Assert.False(socket.IsClosed);
        session.Tell(new Delivered(FrameBatch.Empty, 6, [new PostReceipt(2, 6, HeldStore.Noon, false, null)]));
        socket.Next("ok");
        Assert.Equal(CloseCode.GoingAway, socket.CloseCodeInTime());
    }

    [Fact]
    public void When_the_conversation_ends_under_it_the_client_is_to_come_again()
    {
        Live().Tell(ConversationEnded.Instance);
        Assert.Equal(CloseCode.InternalError, socket.CloseCodeInTime());
    }

    [Fact]
    public void One_user_has_so_many_connections_and_no_more()
    {
        var quota = new ConnectionQuota(new ConnectionLimits(PerUser: 1));
        Assert.NotNull(quota.TryEnterUser("u-ann", new WireLimits(), nowMs: 0));
        store.Users[SessionToken.Hash("secret")] = Ann;
        Sys.ActorOf(SessionActor.PropsFor(socket, Services(quota: quota))).Tell(Hello(name: null, token: "secret"));
        Assert.Equal(CloseCode.TooManyConnections, socket.CloseCodeInTime());
    }

    [Fact]
    public void A_session_ends_with_its_socket_and_closes_it_where_it_fails()
    {
        var session = Live();
        Watch(session);
        session.Tell(SocketClosed.Instance);
        ExpectTerminated(session);
        Assert.Equal(CloseCode.InternalError, socket.CloseCodeInTime());
    }
}
