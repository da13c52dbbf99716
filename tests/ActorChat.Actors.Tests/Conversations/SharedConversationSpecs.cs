using System.Text.Json;
using ActorChat.Actors.Agents;
using ActorChat.Actors.Conversations;
using ActorChat.Actors.Nodes;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Tests.Nodes;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.TestKit;

namespace ActorChat.Actors.Tests.Conversations;

/// <summary>
/// A conversation that other nodes also write to, through <see cref="HeldStore.Seed(int)"/>. A probe replaces the actor that reads the
/// shared log.
/// </summary>
public class SharedConversationSpecs : PatientTestKit
{
    static readonly Author Ann = HeldStore.Ann;
    static readonly Author Bob = new(new UserId("u-bob"), "bob");

    readonly HeldStore store = new();
    readonly RecordingBus bus = new();
    readonly TestProbe agent, sharedLog;
    readonly IActorRef conversations;

    public SharedConversationSpecs()
    {
        (agent, sharedLog) = (CreateTestProbe(), CreateTestProbe());
        var persistence = Sys.ActorOf(PersistenceActor.PropsFor(
            store, new PersistenceOptions { MaxBatch = 1000, QueueLimit = 1000 }, TimeProvider.System));
        var settings = new ConversationOptions { Tail = 1000, ClassicHistory = 1000, BotContext = 3,
            PassivateAfter = TimeSpan.FromMinutes(1), AnswerOwedAfter = TimeSpan.FromMilliseconds(300) };
        conversations = Sys.ActorOf(
            ConversationRegionActor.PropsFor(new ConversationServices(store, persistence, agent.Ref, settings, bus, sharedLog.Ref)));
        sharedLog.ExpectMsg<FollowLog>();
    }

    void CompleteRead() => conversations.Tell(new LogRead(ConversationId.Default, sharedLog.ExpectMsg<ReadLog>().Why));

    TestProbe Subscribe(Author user, Dialect dialect = Dialect.V1)
    {
        var session = CreateTestProbe();
        conversations.Tell(new Subscribe(ConversationId.Default, session.Ref, user, dialect, null, false));
        CompleteRead();
        session.ExpectMsg<Subscribed>();
        return session;
    }

    void Post(TestProbe session, Author user, string text, string? key = null) =>
        conversations.Tell(new PostMessage(ConversationId.Default, session.Ref, 1, user, key, text, null));

    void AdvanceLog(params ConversationEvent[] entries) => conversations.Tell(new LogAdvanced(ConversationId.Default, entries));

    static MessagePosted Entry(long seq, string text, string? key = null, Author? by = null) =>
        new(new Message(ConversationId.Default, seq, by ?? Bob, MessageKind.User, text, HeldStore.Noon, key, null, null));

    static MessagePosted AnswerStarted(long seq) => new(new Message(
        ConversationId.Default, seq, Author.Bot, MessageKind.Ai, "", HeldStore.Noon, "k", 1,
            new Answer(AnswerState.Running, "mock", null)));

    static long[] Seqs(FrameBatch frames) => [.. FrameTexts.Read(frames).Select(f => f.GetProperty("seq").GetInt64())];

    static JsonElement SingleFrame(FrameBatch frames) => Assert.Single(FrameTexts.Read(frames));

    [Fact]
    public void Events_of_another_node_are_delivered_to_the_subscribers_on_this_node()
    {
        var ann = Subscribe(Ann);
        AdvanceLog(Entry(1, "from elsewhere"), Entry(2, "and more"));
        Assert.Equal([1, 2], Seqs(ann.ExpectMsg<Delivered>().Frames));
    }

    [Fact]
    public void A_subscriber_gets_nothing_until_the_log_has_been_read()
    {
        var session = CreateTestProbe();
        conversations.Tell(new Subscribe(ConversationId.Default, session.Ref, Ann, Dialect.V1, 2, false));
        var reading = sharedLog.ExpectMsg<ReadLog>();
        session.ExpectNoMsg(100);
        AdvanceLog(Entry(1, "one"), Entry(2, "two"));
        conversations.Tell(new LogRead(ConversationId.Default, reading.Why));
        Assert.Equal(2, session.ExpectMsg<Subscribed>().Head);
    }

    [Fact]
    public void A_commit_behind_events_of_other_nodes_is_acknowledged_at_once_and_delivered_in_log_order()
    {
        TestProbe ann = Subscribe(Ann), bob = Subscribe(Bob);
        Post(ann, Ann, "mine");
        var commit = store.NextCommit();
        store.Seed(2); // another node was first
        commit.Succeed();
        var acknowledged = ann.ExpectMsg<Delivered>();
        Assert.Equal(3, Assert.Single(acknowledged.Receipts).Seq);
        Assert.Equal(0, acknowledged.Frames.Count);
        var reading = sharedLog.ExpectMsg<ReadLog>();

        AdvanceLog(Entry(1, "one"), Entry(2, "two"));
        conversations.Tell(new LogRead(ConversationId.Default, reading.Why));

        Assert.Equal([1, 2, 3], Seqs(ann.ExpectMsg<Delivered>().Frames));
        Assert.Equal([1, 2, 3], Seqs(bob.ExpectMsg<Delivered>().Frames));
    }

    [Promise("P13")]
    [Fact]
    public void A_gap_that_the_log_cannot_fill_stops_the_conversation_and_notifies_its_sessions()
    {
        var ann = Subscribe(Ann);
        Post(ann, Ann, "mine");
        var commit = store.NextCommit();
        store.Seed(1);
        commit.Succeed();
        ann.ExpectMsg<Delivered>();
        EventFilter.Exception<InvalidOperationException>("Event 1 of default is not in the log.").ExpectOne(CompleteRead);
        ann.ExpectMsg<ConversationEnded>();
    }

    [Fact]
    public void A_pending_commit_of_this_node_does_not_count_as_a_gap()
    {
        var ann = Subscribe(Ann);
        Post(ann, Ann, "mine");
        var commit = store.NextCommit();
        AdvanceLog(Entry(2, "behind it")); // the log reader leaves out event 1, which this node wrote
        CompleteRead();
        commit.Succeed();
        Assert.Equal([1, 2], Seqs(ann.ExpectMsg<Delivered>().Frames));
    }

    [Fact]
    public void A_local_message_that_arrives_from_the_log_first_is_delivered_once_and_asks_the_bot_once()
    {
        TestProbe ann = Subscribe(Ann, Dialect.Classic), bob = Subscribe(Bob);
        Post(ann, Ann, "/AIBot hello");
        var commit = store.NextCommit();
        AdvanceLog(Entry(1, "/AIBot hello", by: Ann));
        Assert.Equal([1], Seqs(bob.ExpectMsg<Delivered>().Frames));
        agent.ExpectMsg<AskAgent>();

        commit.Succeed();

        Assert.Equal(1, Assert.Single(ann.FishForMessage<Delivered>(d => d.Receipts.Count > 0).Receipts).Seq);
        agent.ExpectNoMsg(100);
        bob.ExpectNoMsg(100);
    }

    [Fact]
    public void Events_of_other_nodes_do_not_start_a_conversation()
    {
        AdvanceLog(Entry(1, "while nobody is here"));
        Assert.Equal(0, store.Loads);
        Subscribe(Ann);
        Assert.Equal(1, store.Loads);
    }

    [Fact]
    public void Typing_is_published_to_other_nodes_and_received_from_them()
    {
        TestProbe ann = Subscribe(Ann), bob = Subscribe(Bob);
        conversations.Tell(new NoteTyping(ConversationId.Default, Ann));
        bob.ExpectMsg<DeliveredEphemeral>();
        Assert.Equal(new UserTyped(ConversationId.Default, Ann), Assert.Single(bus.Published));

        conversations.Tell(new Heard(new UserTyped(ConversationId.Default, Bob)));

        Assert.Equal("typing", SingleFrame(ann.ExpectMsg<DeliveredEphemeral>().Frames).GetProperty("type").GetString());
        bob.ExpectNoMsg(50);
        Assert.Single(bus.Published); // a received event is not published again
    }

    [Fact]
    public void An_answer_of_another_node_is_delivered_without_duplicated_or_missing_characters()
    {
        var ann = Subscribe(Ann);
        AdvanceLog(AnswerStarted(1));
        ann.ExpectMsg<Delivered>();
        foreach (var (offset, text) in new[] { (0, "Hello"), (0, "Hello"), (3, "lo w"), (9, "lost before"), (7, "orld") })
            conversations.Tell(new Heard(new AnswerSaid(ConversationId.Default, 1, offset, text)));

        var pieces = Enumerable.Range(0, 3).Select(_ => SingleFrame(ann.ExpectMsg<DeliveredEphemeral>().Frames)).ToArray();

        Assert.Equal("Hello world", string.Concat(pieces.Select(d => d.GetProperty("text").GetString())));
        Assert.Equal([0, 5, 7], pieces.Select(d => d.GetProperty("offset").GetInt32()));
        Assert.Equal(new AnswerWanted(ConversationId.Default, 1, 7), Assert.Single(bus.Published));
    }

    [Fact]
    public void The_answering_node_sends_missing_text_to_another_node_in_pieces_that_split_no_character()
    {
        Subscribe(Ann);
        AdvanceLog(AnswerStarted(1));
        var text = "x" + string.Concat(Enumerable.Repeat("😀", 1200));
        conversations.Tell(new AnswerGrew(ConversationId.Default, 1, 0, text));
        AwaitAssert(() => Assert.Equal(text, string.Concat(bus.Published.Cast<AnswerSaid>().Select(s => s.Text))));
        var before = bus.Published.Count;

        conversations.Tell(new Heard(new AnswerWanted(ConversationId.Default, 1, 1)));

        AwaitAssert(() => Assert.Equal(text[1..], string.Concat(bus.Published.Skip(before).Cast<AnswerSaid>().Select(s => s.Text))));
        Assert.All(bus.Published.Cast<AnswerSaid>(),
            piece => Assert.False(char.IsLowSurrogate(piece.Text[0]) || char.IsHighSurrogate(piece.Text[^1])));
    }

    [Fact]
    public void A_node_does_not_publish_the_answer_of_another_node()
    {
        var ann = Subscribe(Ann);
        AdvanceLog(AnswerStarted(1));
        conversations.Tell(new Heard(new AnswerSaid(ConversationId.Default, 1, 0, "Hello")));
        ann.FishForMessage<DeliveredEphemeral>(_ => true);
        conversations.Tell(new Heard(new AnswerWanted(ConversationId.Default, 1, 0)));
        conversations.Tell(new NoteTyping(ConversationId.Default, Bob));
        ann.ExpectMsg<DeliveredEphemeral>();
        Assert.IsType<UserTyped>(Assert.Single(bus.Published));
    }

    [Fact]
    public void When_the_log_is_replaced_sessions_are_notified_and_new_subscribers_get_the_new_log()
    {
        var ann = Subscribe(Ann);
        store.Seed(4);
        conversations.Tell(LogReplaced.Instance);
        ann.ExpectMsg<ConversationEnded>();
        var back = CreateTestProbe();
        conversations.Tell(new Subscribe(ConversationId.Default, back.Ref, Ann, Dialect.V1, null, true));
        CompleteRead();
        Assert.Equal(4, back.ExpectMsg<Subscribed>().Head);
    }

    [Fact]
    public void An_unanswered_question_of_another_node_is_sent_to_the_bot_of_this_node()
    {
        Subscribe(Ann);
        AdvanceLog(Entry(1, "/AIBot who?"), Entry(2, "/AIBot answered elsewhere"),
            new MessagePosted(AnswerStarted(3).Message with { ReplyTo = 2 }));
        Assert.Equal("who?", agent.ExpectMsg<AskAgent>().Question);
        agent.ExpectNoMsg(500);
    }

    [Fact]
    public void The_age_of_a_question_is_measured_by_the_clock_of_the_store()
    {
        store.Seed("/AIBot who?"); // asked at noon; the clock of the store shows noon, that of this node does not
        Subscribe(Ann);
        Assert.Equal("who?", agent.ExpectMsg<AskAgent>().Question);
    }
}
