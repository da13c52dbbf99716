using ActorChat.Actors.Conversations;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using Akka.Actor;
using Akka.TestKit;

namespace ActorChat.Actors.Tests.Conversations;

/// <summary>The first frames that a subscriber gets.</summary>
public class ConversationOpeningSpecs : ConversationSpecs
{
    [Promise("P4")]
    [Theory]
    [InlineData(10L, "sync", 11, 20)]
    [InlineData(20L, "sync", 21, 20)]
    [InlineData(0L, "sync", 1, 20)]
    public void A_client_that_resumes_gets_exactly_the_events_it_missed(long cursor, string type, long from, long to)
    {
        store.Seed(20);
        var frame = Assert.Single(Read(Subscribe(CreateTestProbe(), Ann, cursor).Opening));
        Assert.Equal(type, frame.GetProperty("type").GetString());
        Assert.Equal((from, to), (frame.GetProperty("from").GetInt64(), frame.GetProperty("to").GetInt64()));
        var seqs = frame.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("seq").GetInt64());
        Assert.Equal(Enumerable.Range((int)from, (int)(to - from + 1)).Select(n => (long)n), seqs);
    }

    [Theory]
    [InlineData(null, Dialect.V1)]
    [InlineData(null, Dialect.Classic)]
    [InlineData(10L, Dialect.V1)]
    [InlineData(0L, Dialect.V1)]
    public void Subscribers_with_the_same_cursor_share_one_opening_until_the_next_message(long? cursor, Dialect dialect)
    {
        store.Seed(1200);
        var first = Subscribe(CreateTestProbe(), Ann, cursor, dialect).Opening;
        Assert.Same(first, Subscribe(CreateTestProbe(), Bob, cursor, dialect).Opening);
        Assert.NotSame(first, Subscribe(CreateTestProbe(), Bob, cursor: 1150).Opening);

        var session = CreateTestProbe();
        conversation.Value.Tell(Post(session, Ann, "and one more"));
        store.NextCommit().Succeed();
        session.ExpectMsg<Delivered>();
        Assert.Contains("and one more", System.Text.Encoding.UTF8.GetString(
            Subscribe(CreateTestProbe(), Bob, cursor, dialect).Opening.Bytes.Span), StringComparison.Ordinal);
    }

    [Promise("P4")]
    [Theory]
    [InlineData(null, false, "new")]
    [InlineData(2000L, false, "ahead")]
    [InlineData(5L, true, "epoch")]
    [InlineData(5L, false, "too_far")]
    public void A_client_that_cannot_resume_gets_a_reset_with_the_newest_fifty_messages_and_the_reason(
        long? cursor, bool otherEpoch, string why)
    {
        store.Seed(1200);
        var frame = Assert.Single(Read(Subscribe(CreateTestProbe(), Ann, cursor, otherEpoch: otherEpoch).Opening));
        Assert.Equal(("reset", why), (frame.GetProperty("type").GetString(), frame.GetProperty("why").GetString()));
        Assert.Equal(1200, frame.GetProperty("as_of").GetInt64());
        var messages = frame.GetProperty("messages").EnumerateArray().ToArray();
        Assert.Equal(50, messages.Length);
        Assert.Equal(1151, messages[0].GetProperty("seq").GetInt64());
        if (why == "too_far") Assert.Equal([6, 1150], frame.GetProperty("hole").EnumerateArray().Select(n => n.GetInt32()));
    }

    [Promise("P4")]
    [Fact]
    public void No_event_is_lost_between_the_opening_and_the_first_delivery()
    {
        var ann = CreateTestProbe();
        Subscribe(ann, Ann);
        conversation.Value.Tell(Post(ann, Ann, "during"));
        var commit = store.NextCommit();
        var bob = CreateTestProbe();
        var opened = Subscribe(bob, Bob, cursor: 0);
        Assert.Equal(0, opened.Head);
        commit.Succeed();
        Assert.Equal([1], Seqs(bob.ExpectMsg<Delivered>().Frames));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(20L, 0)]
    [InlineData(15L, 5)]
    [InlineData(0L, 20)]
    public void A_subscriber_gets_the_number_of_unread_messages_of_other_users(long? read, int unread)
    {
        store.Seed(20); // by Ann
        foreach (var (user, expected) in new[] { (Bob, unread), (Ann, 0) })
        {
            var session = CreateTestProbe();
            conversation.Value.Tell(new Subscribe(ConversationId.Default, session.Ref, user, Dialect.V1, null, false, read));
            Assert.Equal(expected, session.ExpectMsg<Subscribed>().Unread);
        }
    }

    [Fact]
    public void A_classic_history_may_be_longer_than_the_tail()
    {
        store.Seed(20);
        var services = new ConversationServices(store, agent.Ref, agent.Ref, new ConversationOptions { Tail = 5,
            ClassicHistory = 15, BotContext = 3, PassivateAfter = TimeSpan.FromMinutes(1), AnswerOwedAfter = TimeSpan.FromMinutes(1) },
            SilentBus.Instance);
        var actor = Sys.ActorOf(ConversationActor.PropsFor(ConversationId.Default, services));
        actor.Tell(new Subscribe(ConversationId.Default, TestActor, Bob, Dialect.Classic, null, false));
        Assert.Equal(15, Assert.Single(Read(ExpectMsg<Subscribed>().Opening)).GetProperty("count").GetInt32());
    }

    [Fact]
    public void A_subscription_to_a_missing_conversation_is_refused()
    {
        var elsewhere = new HeldStore { Conversation = new ConversationId("other") };
        var services = new ConversationServices(elsewhere, agent.Ref, agent.Ref, new ConversationOptions { Tail = 10,
            ClassicHistory = 10, BotContext = 3, PassivateAfter = TimeSpan.FromMinutes(1), AnswerOwedAfter = TimeSpan.FromMinutes(1) },
            SilentBus.Instance);
        var actor = Sys.ActorOf(ConversationActor.PropsFor(ConversationId.Default, services));
        actor.Tell(new Subscribe(ConversationId.Default, TestActor, Ann, Dialect.V1, null, false));
        Assert.Equal(ErrorCode.NotFound, ExpectMsg<NotSubscribed>().Error.Code);
    }
}
