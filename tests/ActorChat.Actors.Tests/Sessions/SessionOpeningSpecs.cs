using ActorChat.Actors.Conversations;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.ReadPositions;
using ActorChat.Actors.Sessions;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Tests.Sessions;

/// <summary>From hello to live: a session identifies its user and resumes its conversations.</summary>
public class SessionOpeningSpecs : SessionSpecs
{
    [Fact]
    public void Claiming_a_name_returns_a_token_and_stores_only_its_hash()
    {
        var session = Start();
        session.Tell(Hello());
        var claim = (ClaimName)persistence.ExpectMsg<Persist>().Command;
        Assert.False(socket.HasSaidHello); // a claim counts only after its commit
        session.Tell(new Persisted([new PersistedItem(claim, null, new UserEntered(Ann))]));
        conversations.ExpectMsg<Subscribe>().Session.Tell(
            new Subscribed(ConversationId.Default, conversation.Ref, "General", 5, 3, OneFrame, OneFrame));
        var token = socket.Next("welcome").GetProperty("token").GetString()!;
        Assert.True(socket.HasSaidHello);
        Assert.Equal(claim.Token, SessionToken.Hash(token));
        Assert.DoesNotContain(token, claim.Token.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_alone_identifies_the_user()
    {
        store.Users[SessionToken.Hash("secret")] = Ann;
        Start().Tell(Hello(name: null, token: "secret"));
        Assert.Equal("ann", conversations.ExpectMsg<Subscribe>().User.Name);
        persistence.ExpectNoMsg(50);
    }

    [Fact]
    public void A_wrong_token_closes_the_session_with_4401()
    {
        Start().Tell(Hello(token: "wrong"));
        Assert.Equal("unauthorized", socket.NextError());
        Assert.Equal(CloseCode.NoIdentity, socket.WaitForCloseCode());
    }

    [Fact]
    public void A_client_may_claim_again_on_the_same_connection_after_name_taken()
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
    public void A_forbidden_name_is_refused_without_asking_the_store(string name, string code)
    {
        Start().Tell(Hello(name));
        Assert.Equal(code, socket.NextError());
        persistence.ExpectNoMsg(50);
    }

    [Fact]
    public void A_session_without_hello_is_closed_with_4408()
    {
        Start(settings: new SessionOptions { HelloTimeout = TimeSpan.FromMilliseconds(30), NameTimeout = TimeSpan.FromMinutes(5),
            InFlight = 2, Reads = 1, RevokedPoll = TimeSpan.FromMinutes(1) });
        Assert.Equal(CloseCode.NoHello, socket.WaitForCloseCode());
    }

    [Promise("P12")]
    [Fact]
    public void A_request_before_hello_closes_the_session_with_4400()
    {
        Start().Tell(Send(1));
        Assert.Equal(CloseCode.BadFrame, socket.WaitForCloseCode());
    }

    [Fact]
    public void The_cursor_is_passed_to_the_conversation_and_another_epoch_is_detected()
    {
        var resumed = Claim(Start(), new Resume("e1", new Dictionary<string, long> { ["default"] = 41 }));
        Assert.Equal((41L, false), (resumed.Cursor!.Value, resumed.OtherEpoch));
        var other = Claim(Start(), new Resume("e0", new Dictionary<string, long> { ["default"] = 41 }));
        Assert.True(other.OtherEpoch);
    }

    [Fact]
    public void Requests_that_arrive_before_live_are_kept_and_handled_after_it()
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
    public void A_session_that_opens_while_the_log_is_replaced_is_closed_with_4000()
    {
        var session = Start();
        session.Tell(Hello());
        var entering = persistence.ExpectMsg<Persist>();
        session.Tell(new Persisted([new PersistedItem(entering.Command, null, new UserEntered(Ann))]));
        var subscribe = conversations.ExpectMsg<Subscribe>();
        store.Epoch = "e2";
        subscribe.Session.Tell(new Subscribed(
            ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty));
        Assert.Equal(CloseCode.InternalError, socket.WaitForCloseCode());
    }

    [Fact]
    public void A_second_hello_is_refused_while_the_first_one_is_handled()
    {
        var session = Start();
        session.Tell(Hello());
        session.Tell(Hello(name: "bob") with { Id = 2 });
        var refused = socket.Next("error");
        Assert.Equal(("bad_request", 2), (refused.GetProperty("code").GetString(), refused.GetProperty("re").GetInt32()));
    }

    [Fact]
    public void Welcome_contains_the_stored_read_position_and_the_unread_count()
    {
        store.ReadPositions[Ann.Id] = 3;
        var subscribe = Claim(Start());
        Assert.Equal(3, subscribe.Read);
        subscribe.Session.Tell(new Subscribed(
            ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty, Unread: 2));
        var welcome = socket.Next("welcome");
        var card = welcome.GetProperty("conversations")[0];
        Assert.Equal((3, 2), (card.GetProperty("read").GetInt32(), card.GetProperty("unread").GetInt32()));
        Assert.Equal("b1", welcome.GetProperty("build").GetString());
    }

    [Fact]
    public void The_read_position_of_a_new_user_starts_at_the_head_and_is_saved()
    {
        var subscribe = Claim(Start());
        Assert.Null(subscribe.Read);
        subscribe.Session.Tell(new Subscribed(
            ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty));
        var card = socket.Next("welcome").GetProperty("conversations")[0];
        Assert.Equal((5, 0), (card.GetProperty("read").GetInt32(), card.GetProperty("unread").GetInt32()));
        readPositions.Tell(HandOverReadPositions.Instance);
        var saved = Assert.Single(((SaveReadPositions)persistence.ExpectMsg<Persist>().Command).Positions);
        Assert.Equal(new ReadPosition(Ann.Id, ConversationId.Default, 5), saved);
    }

    [Fact]
    public void A_session_that_opened_in_time_is_not_closed_by_the_hello_timeout()
    {
        var session = StartLive(settings: new SessionOptions { HelloTimeout = TimeSpan.FromMilliseconds(300),
            NameTimeout = TimeSpan.FromMinutes(5) });
        ExpectNoMsg(500);
        session.Tell(new HeartbeatFrame(9, null));
        socket.Next("ok");
        Assert.False(socket.IsClosed);
    }

    [Fact]
    public void After_a_refused_name_the_session_is_closed_when_the_name_timeout_ends()
    {
        var session = Start(settings: new SessionOptions { NameTimeout = TimeSpan.FromMilliseconds(30) });
        session.Tell(Hello(name: " "));
        Assert.Equal("name_invalid", socket.NextError());
        Assert.Equal(CloseCode.NoHello, socket.WaitForCloseCode());
    }

    [Fact]
    public void Kept_requests_are_handled_before_the_mailbox_and_ephemeral_frames_above_the_limit_are_dropped()
    {
        var session = Start();
        var subscribe = Claim(session);
        for (var i = 0; i < 100; i++) session.Tell(new DeliveredEphemeral(OneFrame));
        session.Tell(Send(2));
        subscribe.Session.Tell(new Subscribed(
            ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty));
        session.Tell(Send(3));
        Assert.Equal(2, conversation.ExpectMsg<PostMessage>().Request);
        Assert.Equal(3, conversation.ExpectMsg<PostMessage>().Request);
        socket.Next("welcome");
        for (var i = 0; i < 1 + 64; i++) socket.Next("live"); // its own, and the kept ones up to the limit
        Assert.False(socket.HasFrame);
    }

    [Fact]
    public void A_session_that_is_closed_while_opening_discards_its_kept_requests()
    {
        var session = Start();
        session.Tell(Hello());
        session.Tell(Send(2));
        var claim = persistence.ExpectMsg<Persist>();
        session.Tell(new Persisted([new PersistedItem(claim.Command, null, new NotStored("away"))]));
        Assert.Equal(CloseCode.InternalError, socket.WaitForCloseCode());
        session.Tell(new Subscribed(ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty));
        Watch(session);
        session.Tell(SocketClosed.Instance);
        ExpectTerminated(session);
        conversation.ExpectNoMsg(50);
    }
}
