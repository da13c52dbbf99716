using ActorChat.Actors.Conversations;
using ActorChat.Actors.Presence;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Tests.Sessions;

/// <summary>A session that is live, until it ends.</summary>
public class SessionActorSpecs : SessionSpecs
{
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
        session.Tell(new Delivered(OneFrame, 6, [new PostReceipt(2, 6, HeldStore.Noon, false, null), PostReceipt.Refused(3, new Refusal(ErrorCode.Busy, "x"))]));
        Assert.Equal(6, socket.Next("ok").GetProperty("seq").GetInt64());
        Assert.Equal("busy", socket.NextError());
        socket.Next("live");
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
        session.Tell(new HistoryFrame(3, ConversationId.Default, new HistoryRange(PageEdge.Before, 11, 2)));
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
    public void A_mark_is_answered_and_told_to_the_users_other_sessions_only()
    {
        store.ReadPositions[Ann.Id] = 1;
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

    [Promise("P10")]
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
    public void A_session_ends_with_its_socket_and_closes_it_where_it_fails()
    {
        var session = Live();
        Watch(session);
        session.Tell(SocketClosed.Instance);
        ExpectTerminated(session);
        Assert.Equal(CloseCode.InternalError, socket.CloseCodeInTime());
    }
}
