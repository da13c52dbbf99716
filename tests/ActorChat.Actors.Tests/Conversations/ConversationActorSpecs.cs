using ActorChat.Actors.Agents;
using ActorChat.Actors.Conversations;
using ActorChat.Actors.Nodes;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using System.Text.Json;

namespace ActorChat.Actors.Tests.Conversations;

public class ConversationActorSpecs : TestKit
{
    static readonly Author Ann = HeldStore.Ann;
    static readonly Author Bob = new(new UserId("u-bob"), "bob");

    readonly HeldStore store = new();
    readonly TestProbe agent;
    readonly Lazy<IActorRef> conversation;

    public ConversationActorSpecs()
    {
        agent = CreateTestProbe();
        conversation = new(() =>
        {
            var persistence = Sys.ActorOf(PersistenceActor.PropsFor(store, new PersistenceSettings(1000, 1000)));
            var settings = new ConversationSettings(Tail: 1000, ClassicHistory: 1000, BotContext: 3, PassivateAfter: TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
            return ActorOf(ConversationActor.PropsFor(ConversationId.Default, new ConversationServices(store, persistence, agent.Ref, new NoMarkup(), settings, SilentBus.Instance)));
        });
    }

    Subscribed Subscribe(TestProbe session, Author user, long? cursor = null, Dialect dialect = Dialect.V1, bool otherEpoch = false)
    {
        conversation.Value.Tell(new Subscribe(ConversationId.Default, session.Ref, user, dialect, cursor, otherEpoch));
        return session.ExpectMsg<Subscribed>();
    }

    PostMessage Post(TestProbe session, Author user, string text, long request = 1, string? key = null) =>
        new(ConversationId.Default, session.Ref, request, user, key, text, null);

    static List<JsonElement> Read(FrameBatch frames) => [.. FrameTexts.Read(frames)];

    static long[] Seqs(FrameBatch frames) => [.. Read(frames).Select(f => f.GetProperty("seq").GetInt64())];

    [Fact]
    public void Sender_is_acknowledged_only_after_the_message_is_stored()
    {
        var session = CreateTestProbe();
        Subscribe(session, Ann);
        conversation.Value.Tell(Post(session, Ann, "hello", request: 7));
        var commit = store.NextCommit();
        session.ExpectNoMsg(100);
        commit.Succeed();
        var delivered = session.ExpectMsg<Delivered>();
        var receipt = Assert.Single(delivered.Receipts);
        Assert.Equal((7, 1, false), (receipt.Request!.Value, receipt.Seq, receipt.Duplicate));
        Assert.Equal([1], Seqs(delivered.Frames));
    }

    [Fact]
    public void Everybody_gets_the_very_same_buffer_once_a_commit()
    {
        TestProbe ann = CreateTestProbe(), bob = CreateTestProbe(), eve = CreateTestProbe();
        Subscribe(ann, Ann);
        Subscribe(bob, Bob);
        Subscribe(eve, Bob);
        conversation.Value.Tell(Post(ann, Ann, "first"));
        var first = store.NextCommit();
        for (var i = 0; i < 5; i++) conversation.Value.Tell(Post(ann, Ann, $"more {i}", request: i + 2));
        first.Succeed();
        store.NextCommit().Succeed();
        foreach (var probe in new[] { ann, bob, eve }) Assert.Equal([1], Seqs(probe.ExpectMsg<Delivered>().Frames));
        FrameBatch ofAnn = ann.ExpectMsg<Delivered>().Frames, ofBob = bob.ExpectMsg<Delivered>().Frames, ofEve = eve.ExpectMsg<Delivered>().Frames;
        Assert.Equal([2, 3, 4, 5, 6], Seqs(ofAnn));
        Assert.Same(ofAnn, ofBob);
        Assert.Same(ofAnn, ofEve);
    }

    [Fact]
    public void What_comes_during_a_commit_waits_and_is_one_batch()
    {
        var session = CreateTestProbe();
        Subscribe(session, Ann);
        conversation.Value.Tell(Post(session, Ann, "a"));
        var first = store.NextCommit();
        conversation.Value.Tell(Post(session, Ann, "b"));
        conversation.Value.Tell(Post(session, Ann, "c"));
        first.Succeed();
        Assert.Equal(2, store.NextCommit().Commands.Count);
    }

    [Fact]
    public void A_batch_is_closed_when_its_turn_comes()
    {
        var persistence = CreateTestProbe();
        var services = new ConversationServices(store, persistence.Ref, agent.Ref, new NoMarkup(), new ConversationSettings(10, 10, 3, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)), SilentBus.Instance);
        var actor = Sys.ActorOf(ConversationActor.PropsFor(ConversationId.Default, services));
        var session = CreateTestProbe();
        actor.Tell(Post(session, Ann, "first"));
        persistence.ExpectMsg<TakeTurn>();
        actor.Tell(Post(session, Ann, "second"));
        persistence.Reply(YourTurn.Instance);
        Assert.Equal(2, persistence.ExpectMsg<PersistAll>().Requests.Count);

        actor.Tell(Post(session, Ann, "during the commit"));
        persistence.ExpectNoMsg(100);
    }

    [Fact]
    public void A_repeated_key_is_told_its_first_place_and_nobody_else_hears_of_it()
    {
        TestProbe ann = CreateTestProbe(), bob = CreateTestProbe();
        Subscribe(ann, Ann);
        Subscribe(bob, Bob);
        conversation.Value.Tell(Post(ann, Ann, "once", key: "key-0123456789ab"));
        store.NextCommit().Succeed();
        ann.ExpectMsg<Delivered>();
        bob.ExpectMsg<Delivered>();
        conversation.Value.Tell(Post(ann, Ann, "once", request: 2, key: "key-0123456789ab"));
        store.NextCommit().Succeed();
        var again = Assert.Single(ann.ExpectMsg<Delivered>().Receipts);
        Assert.Equal((1, true), (again.Seq, again.Duplicate));
        conversation.Value.Tell(Post(ann, Ann, "other", request: 3, key: "key-0123456789ab"));
        store.NextCommit().Succeed();
        Assert.Equal(ErrorCode.KeyReused, Assert.Single(ann.ExpectMsg<Delivered>().Receipts).Refusal!.Code);
        bob.ExpectNoMsg(100);
    }

    [Fact]
    public void A_store_that_is_away_is_said_to_the_sender_and_the_next_message_works()
    {
        var session = CreateTestProbe();
        Subscribe(session, Ann);
        conversation.Value.Tell(Post(session, Ann, "lost"));
        store.NextCommit().Fail(new StoreUnavailableException("full"));
        var refused = Assert.Single(session.ExpectMsg<Delivered>().Receipts);
        Assert.Equal(ErrorCode.Unavailable, refused.Refusal!.Code);
        conversation.Value.Tell(Post(session, Ann, "kept"));
        store.NextCommit().Succeed();
        Assert.Equal(1, Assert.Single(session.ExpectMsg<Delivered>().Receipts).Seq);
    }

    [Fact]
    public void A_reply_to_what_is_not_there_is_refused_and_not_stored()
    {
        var session = CreateTestProbe();
        Subscribe(session, Ann);
        conversation.Value.Tell(Post(session, Ann, "re") with { ReplyTo = 9 });
        Assert.Equal(ErrorCode.NotFound, Assert.Single(session.ExpectMsg<Delivered>().Receipts).Refusal!.Code);
        Assert.False(store.HasCommit);
    }

    [Theory]
    [InlineData(10L, "sync", 11, 20)]
    [InlineData(20L, "sync", 21, 20)]
    [InlineData(0L, "sync", 1, 20)]
    public void A_client_that_resumes_gets_exactly_what_it_missed(long cursor, string type, long from, long to)
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
    public void A_crowd_that_comes_at_one_head_with_one_cursor_shares_its_opening_until_the_next_message(long? cursor, Dialect dialect)
    {
        store.Seed(1200);
        var first = Subscribe(CreateTestProbe(), Ann, cursor, dialect).Opening;
        Assert.Same(first, Subscribe(CreateTestProbe(), Bob, cursor, dialect).Opening);
        Assert.NotSame(first, Subscribe(CreateTestProbe(), Bob, cursor: 1150).Opening);

        var session = CreateTestProbe();
        conversation.Value.Tell(Post(session, Ann, "and one more"));
        store.NextCommit().Succeed();
        session.ExpectMsg<Delivered>();
        Assert.Contains("and one more", System.Text.Encoding.UTF8.GetString(Subscribe(CreateTestProbe(), Bob, cursor, dialect).Opening.Bytes.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false, "new")]
    [InlineData(2000L, false, "ahead")]
    [InlineData(5L, true, "epoch")]
    [InlineData(5L, false, "too_far")]
    public void Who_cannot_resume_is_reset_with_the_newest_fifty_and_the_reason(long? cursor, bool otherEpoch, string why)
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

    [Fact]
    public void Nothing_slips_between_the_opening_and_what_follows()
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
    public void Who_comes_is_told_how_much_of_others_is_unread(long? read, int unread)
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
    public void Typing_is_told_to_the_others_only()
    {
        TestProbe ann = CreateTestProbe(), bob = CreateTestProbe();
        Subscribe(ann, Ann);
        Subscribe(bob, Bob);
        conversation.Value.Tell(new NoteTyping(ConversationId.Default, Ann));
        var typing = Assert.Single(Read(bob.ExpectMsg<DeliveredEphemeral>().Frames));
        Assert.Equal("ann", typing.GetProperty("user").GetProperty("name").GetString());
        ann.ExpectNoMsg(100);
    }

    [Fact]
    public void A_classic_client_gets_lines_and_not_its_own()
    {
        TestProbe ann = CreateTestProbe(), bob = CreateTestProbe(), page = CreateTestProbe();
        Subscribe(ann, Ann);
        Subscribe(bob, Bob, dialect: Dialect.Classic);
        Subscribe(page, Bob, dialect: Dialect.Classic);
        conversation.Value.Tell(Post(bob, Bob, "from the page"));
        store.NextCommit().Succeed();
        Assert.Empty(Read(bob.ExpectMsg<Delivered>().Frames));
        var line = Assert.Single(Read(page.ExpectMsg<Delivered>().Frames));
        Assert.Equal(("bob", "from the page"), (line.GetProperty("sender").GetString(), line.GetProperty("text").GetString()));
        Assert.Equal([1], Seqs(ann.ExpectMsg<Delivered>().Frames));
    }

    [Fact]
    public void A_classic_history_may_be_longer_than_the_tail()
    {
        store.Seed(20);
        var services = new ConversationServices(store, agent.Ref, agent.Ref, new NoMarkup(), new ConversationSettings(Tail: 5, ClassicHistory: 15, 3, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)), SilentBus.Instance);
        var actor = Sys.ActorOf(ConversationActor.PropsFor(ConversationId.Default, services));
        actor.Tell(new Subscribe(ConversationId.Default, TestActor, Bob, Dialect.Classic, null, false));
        Assert.Equal(15, Assert.Single(Read(ExpectMsg<Subscribed>().Opening)).GetProperty("count").GetInt32());
    }

    [Fact]
    public void A_question_goes_to_the_bot_after_it_is_stored_with_what_was_said_before()
    {
        store.Seed(10);
        var session = CreateTestProbe();
        Subscribe(session, Ann);
        conversation.Value.Tell(Post(session, Ann, "/AIBot what is Python?"));
        var commit = store.NextCommit();
        agent.ExpectNoMsg(100);
        commit.Succeed();
        var ask = agent.ExpectMsg<AskAgent>();
        Assert.Equal(("what is Python?", 11), (ask.Question, ask.Asked.Seq));
        Assert.Equal([8, 9, 10], ask.Transcript.Select(m => m.Seq));
    }

    [Fact]
    public void An_answer_begins_grows_for_everybody_and_ends_with_a_place_in_the_log()
    {
        TestProbe ann = CreateTestProbe(), answering = CreateTestProbe();
        Subscribe(ann, Ann);
        conversation.Value.Tell(new BeginAnswer(ConversationId.Default, 1, new Answer(AnswerState.Running, "mock", null), answering.Ref));
        store.NextCommit().Succeed();
        Assert.Equal(1, answering.ExpectMsg<AnswerBegun>().MessageSeq);
        Assert.Equal("running", Assert.Single(Read(ann.ExpectMsg<Delivered>().Frames)).GetProperty("state").GetString());

        conversation.Value.Tell(new AnswerGrew(ConversationId.Default, 1, 0, "Hel"));
        Assert.Equal(0, Assert.Single(Read(ann.ExpectMsg<DeliveredEphemeral>().Frames)).GetProperty("offset").GetInt32());

        var late = CreateTestProbe();
        var soFar = Assert.Single(Read(Subscribe(late, Bob).Running));
        Assert.Equal((0, "Hel"), (soFar.GetProperty("offset").GetInt32(), soFar.GetProperty("text").GetString()));

        conversation.Value.Tell(new AnswerGrew(ConversationId.Default, 1, 3, "lo"));
        Assert.Equal(3, Assert.Single(Read(late.ExpectMsg<DeliveredEphemeral>().Frames)).GetProperty("offset").GetInt32());

        conversation.Value.Tell(new FinishAnswer(new EndAnswer(ConversationId.Default, 1, AnswerState.Done, "Hello"), answering.Ref));
        store.NextCommit().Succeed();
        answering.ExpectMsg<AnswerFinished>();
        var end = Assert.Single(Read(late.ExpectMsg<Delivered>().Frames));
        Assert.Equal(("answered", 2, 1), (end.GetProperty("type").GetString(), end.GetProperty("seq").GetInt32(), end.GetProperty("message").GetInt32()));

        var newest = Read(Subscribe(CreateTestProbe(), Bob).Opening)[0].GetProperty("messages")[0];
        Assert.Equal(("done", "Hello"), (newest.GetProperty("state").GetString(), newest.GetProperty("text").GetString()));
    }

    [Fact]
    public void What_was_gathered_behind_a_commit_that_the_store_did_not_take_does_not_wait_for_another()
    {
        var ann = CreateTestProbe();
        Subscribe(ann, Ann);
        conversation.Value.Tell(Post(ann, Ann, "first"));
        var commit = store.NextCommit();
        for (var i = 2; i <= 3; i++) conversation.Value.Tell(Post(ann, Ann, $"behind it {i}", request: i));
        conversation.Value.Tell(new NoteTyping(ConversationId.Default, Bob));
        ann.ExpectMsg<DeliveredEphemeral>(); // now they have been gathered
        commit.Fail(new StoreUnavailableException("locked"));

        var receipts = ann.ExpectMsg<Delivered>().Receipts;

        Assert.Equal([1L, 2, 3], receipts.Select(r => r.Request!.Value));
        Assert.All(receipts, r => Assert.Equal(ErrorCode.Unavailable, r.Refusal!.Code));
        conversation.Value.Tell(Post(ann, Ann, "now", request: 4));
        store.NextCommit().Succeed();
        Assert.Equal(1, Assert.Single(ann.ExpectMsg<Delivered>().Receipts).Seq);
    }

    [Fact]
    public void A_conversation_that_does_not_exist_says_so()
    {
        var elsewhere = new HeldStore { Conversation = new ConversationId("other") };
        var services = new ConversationServices(elsewhere, agent.Ref, agent.Ref, new NoMarkup(), new ConversationSettings(10, 10, 3, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)), SilentBus.Instance);
        var actor = Sys.ActorOf(ConversationActor.PropsFor(ConversationId.Default, services));
        actor.Tell(new Subscribe(ConversationId.Default, TestActor, Ann, Dialect.V1, null, false));
        Assert.Equal(ErrorCode.NotFound, ExpectMsg<NotSubscribed>().Error.Code);
    }

    [Fact]
    public void When_it_fails_its_sessions_are_told_so_that_they_close()
    {
        var session = CreateTestProbe();
        Subscribe(session, Ann);
        Sys.Stop(conversation.Value);
        session.ExpectMsg<ConversationEnded>();
    }

    [Fact]
    public void A_session_that_ended_hears_nothing_more()
    {
        TestProbe ann = CreateTestProbe(), gone = CreateTestProbe();
        Subscribe(ann, Ann);
        Subscribe(gone, Bob);
        Sys.Stop(gone.Ref);
        AwaitAssert(() =>
        {
            EventFilter.DeadLetter<DeliveredEphemeral>().Expect(0, () =>
            {
                conversation.Value.Tell(new NoteTyping(ConversationId.Default, new Author(new UserId("u-eve"), "eve")));
                ann.ExpectMsg<DeliveredEphemeral>();
            });
        });
    }
}
