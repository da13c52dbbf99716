using ActorChat.Actors.Conversations;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.ReadPositions;
using ActorChat.Actors.Sessions;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Tests.Sessions;

/// <summary>From hello to live: who somebody is, and where they go on.</summary>
public class SessionOpeningSpecs : SessionSpecs
{
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
        Start(settings: new SessionOptions { HelloTimeout = TimeSpan.FromMilliseconds(30), NameTimeout = TimeSpan.FromMinutes(5),
            InFlight = 2, Reads = 1, RevokedPoll = TimeSpan.FromMinutes(1) });
        Assert.Equal(CloseCode.NoHello, socket.CloseCodeInTime());
    }

    [Promise("P12")]
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
    public void A_second_hello_behind_one_that_is_being_looked_at_is_answered()
    {
        var session = Start();
        session.Tell(Hello());
        session.Tell(Hello(name: "bob") with { Id = 2 });
        var refused = socket.Next("error");
        Assert.Equal(("bad_request", 2), (refused.GetProperty("code").GetString(), refused.GetProperty("re").GetInt32()));
    }

    [Fact]
    public void The_unread_are_told_with_the_mark_that_the_store_has()
    {
        store.ReadPositions[Ann.Id] = 3;
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
        reads.Tell(HandOverReadPositions.Instance);
        var saved = Assert.Single(((SaveReadPositions)persistence.ExpectMsg<Persist>().Command).Positions);
        Assert.Equal(new ReadPosition(Ann.Id, ConversationId.Default, 5), saved);
    }

    [Fact]
    public void A_session_that_opened_in_time_is_not_closed_by_the_time_it_had()
    {
        var session = Live(settings: new SessionOptions { HelloTimeout = TimeSpan.FromMilliseconds(300), NameTimeout = TimeSpan.FromMinutes(5) });
        ExpectNoMsg(500);
        session.Tell(new HeartbeatFrame(9, null));
        socket.Next("ok");
        Assert.False(socket.IsClosed);
    }

    [Fact]
    public void A_refused_name_gives_the_time_for_another_and_no_more()
    {
        var session = Start(settings: new SessionOptions { NameTimeout = TimeSpan.FromMilliseconds(30) });
        session.Tell(Hello(name: " "));
        Assert.Equal("name_invalid", socket.NextError());
        Assert.Equal(CloseCode.NoHello, socket.CloseCodeInTime());
    }

    [Fact]
    public void What_was_kept_comes_before_what_waits_in_the_mailbox_and_ephemeral_frames_beyond_their_bound_are_dropped()
    {
        var session = Start();
        var subscribe = Claim(session);
        for (var i = 0; i < 100; i++) session.Tell(new DeliveredEphemeral(OneFrame));
        session.Tell(Send(2));
        subscribe.Session.Tell(new Subscribed(ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty));
        session.Tell(Send(3));
        Assert.Equal(2, conversation.ExpectMsg<PostMessage>().Request);
        Assert.Equal(3, conversation.ExpectMsg<PostMessage>().Request);
        socket.Next("welcome");
        for (var i = 0; i < 1 + 64; i++) socket.Next("live"); // its own, and those that were kept
        Assert.False(socket.HasFrame);
    }

    [Fact]
    public void Who_is_closed_while_opening_posts_nothing_of_what_was_kept()
    {
        var session = Start();
        session.Tell(Hello());
        session.Tell(Send(2));
        var claim = persistence.ExpectMsg<Persist>();
        session.Tell(new Persisted([new PersistedItem(claim.Command, null, new NotStored("away"))]));
        Assert.Equal(CloseCode.InternalError, socket.CloseCodeInTime());
        session.Tell(new Subscribed(ConversationId.Default, conversation.Ref, "General", 5, 3, FrameBatch.Empty, FrameBatch.Empty));
        Watch(session);
        session.Tell(SocketClosed.Instance);
        ExpectTerminated(session);
        conversation.ExpectNoMsg(50);
    }
}
