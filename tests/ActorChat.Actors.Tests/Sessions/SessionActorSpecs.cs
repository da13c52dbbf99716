using ActorChat.Actors.Conversations;
using ActorChat.Actors.Presence;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Tests.Sessions;

/// <summary>A live session, until it ends.</summary>
public class SessionActorSpecs : SessionSpecs
{
    [Fact]
    public void The_sender_of_a_message_is_the_signed_in_user()
    {
        StartLive().Tell(Send(2));
        Assert.Equal(Ann.AsAuthor(), conversation.ExpectMsg<PostMessage>().Sender);
    }

    [Fact]
    public void A_receipt_is_sent_as_ok_before_the_event_and_a_refusal_as_an_error()
    {
        var session = StartLive();
        session.Tell(new Delivered(
            OneFrame, 6, [new PostReceipt(2, 6, HeldStore.Noon, false, null), PostReceipt.Refused(3, new Refusal(ErrorCode.Busy, "x"))]));
        Assert.Equal(6, socket.Next("ok").GetProperty("seq").GetInt64());
        Assert.Equal("busy", socket.NextError());
        socket.Next("live");
    }

    [Fact]
    public void A_heartbeat_is_answered_with_the_head_only_if_it_differs()
    {
        var session = StartLive();
        session.Tell(new HeartbeatFrame(2, new Dictionary<string, long> { ["default"] = 5 }));
        Assert.Empty(socket.Next("ok").GetProperty("heads").EnumerateObject());
        session.Tell(new Delivered(FrameBatch.Empty, 6, []));
        session.Tell(new HeartbeatFrame(3, new Dictionary<string, long> { ["default"] = 5 }));
        Assert.Equal(6, socket.Next("ok").GetProperty("heads").GetProperty("default").GetInt64());
    }

    [Fact]
    public void Pull_and_history_requests_are_answered_from_the_store_in_order()
    {
        store.Seed(20);
        var session = StartLive();
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
    public void Invalid_requests_get_an_error_and_the_socket_stays_open()
    {
        var session = StartLive();
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
    public void A_read_position_is_acknowledged_and_sent_only_to_the_users_other_sessions()
    {
        store.ReadPositions[Ann.Id] = 1;
        RecordedSocket other = new("2"), third = new("3");
        var session = StartLive();
        StartLive(on: other);
        session.Tell(new ReadFrame(2, ConversationId.Default, 4));
        Assert.Equal(2, socket.Next("ok").GetProperty("re").GetInt32());
        Assert.Equal(4, other.Next("read").GetProperty("seq").GetInt64());
        // A lower position is no error and changes nothing.
        session.Tell(new ReadFrame(3, ConversationId.Default, 2));
        Assert.Equal(3, socket.Next("ok").GetProperty("re").GetInt32());
        var late = Claim(Start(on: third));
        Assert.Equal(4, late.Read);
        Assert.False(other.HasFrame);
    }

    [Fact]
    public void A_read_position_beyond_the_head_or_in_an_unknown_conversation_is_refused()
    {
        var session = StartLive();
        session.Tell(new ReadFrame(2, ConversationId.Default, 6));
        var refused = socket.Next("error");
        Assert.Equal(("not_found", "seq"), (refused.GetProperty("code").GetString(), refused.GetProperty("field").GetString()));
        session.Tell(new ReadFrame(3, new ConversationId("secret"), 1));
        Assert.Equal("not_found", socket.NextError());
    }

    [Fact]
    public void A_session_reports_its_arrival_and_departure_and_repeats_its_arrival_after_presence_was_lost()
    {
        var session = StartLive();
        Assert.Equal((session, Ann.Id, Dialect.V1), presence.ExpectMsg<Arrive>() is var a ? (a.Session, a.User.Id, a.Dialect) : default);
        session.Tell(PresenceLost.Instance);
        Assert.Equal(session, presence.ExpectMsg<Arrive>().Session);
        session.Tell(SocketClosed.Instance);
        Assert.Equal(session, presence.ExpectMsg<Depart>().Session);
    }

    [Promise("P10")]
    [Fact]
    public void A_draining_session_sends_goaway_waits_for_its_receipts_and_closes_with_4001()
    {
        var session = StartLive();
        session.Tell(Send(2));
        conversation.ExpectMsg<PostMessage>();
        session.Tell(Drain.Instance);
        Assert.InRange(socket.Next("goaway").GetProperty("after_ms").GetInt32(), 0, 4000);
        Assert.False(socket.IsClosed);
        session.Tell(new Delivered(FrameBatch.Empty, 6, [new PostReceipt(2, 6, HeldStore.Noon, false, null)]));
        socket.Next("ok");
        Assert.Equal(CloseCode.GoingAway, socket.WaitForCloseCode());
    }

    [Fact]
    public void A_session_closes_with_4000_when_its_conversation_ends()
    {
        StartLive().Tell(ConversationEnded.Instance);
        Assert.Equal(CloseCode.InternalError, socket.WaitForCloseCode());
    }

    [Fact]
    public void A_session_stops_with_its_socket_and_closes_the_socket_when_it_stops()
    {
        var session = StartLive();
        Watch(session);
        session.Tell(SocketClosed.Instance);
        ExpectTerminated(session);
        Assert.Equal(CloseCode.InternalError, socket.WaitForCloseCode());
    }
}
