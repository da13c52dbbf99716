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

/// <summary>A conversation that other nodes write, too. Their writing is <see cref="HeldStore.Seed"/>; the probe is the tail that would read it.</summary>
public class SharedConversationSpecs : PatientTestKit
{
    static readonly Author Ann = HeldStore.Ann;
    static readonly Author Bob = new(new UserId("u-bob"), "bob");

    readonly HeldStore store = new();
    readonly RecordingBus bus = new();
    readonly TestProbe agent, tail;
    readonly IActorRef conversations;

    public SharedConversationSpecs()
    {
        (agent, tail) = (CreateTestProbe(), CreateTestProbe());
        var persistence = Sys.ActorOf(PersistenceActor.PropsFor(
            store, new PersistenceOptions { MaxBatch = 1000, QueueLimit = 1000 }, TimeProvider.System));
        var settings = new ConversationOptions { Tail = 1000, ClassicHistory = 1000, BotContext = 3,
            PassivateAfter = TimeSpan.FromMinutes(1), AnswerOwedAfter = TimeSpan.FromMilliseconds(300) };
        conversations = Sys.ActorOf(ConversationRegionActor.PropsFor(new ConversationServices(store, persistence, agent.Ref, settings, bus, tail.Ref)));
        tail.ExpectMsg<FollowLog>();
    }

    void AnswerReading() => conversations.Tell(new LogRead(ConversationId.Default, tail.ExpectMsg<ReadLog>().Why));

    TestProbe Enter(Author user, Dialect dialect = Dialect.V1)
    {
        var session = CreateTestProbe();
        conversations.Tell(new Subscribe(ConversationId.Default, session.Ref, user, dialect, null, false));
        AnswerReading();
        session.ExpectMsg<Subscribed>();
        return session;
    }

    void Post(TestProbe session, Author user, string text, string? key = null) =>
        conversations.Tell(new PostMessage(ConversationId.Default, session.Ref, 1, user, key, text, null));

    void Read(params ConversationEvent[] entries) => conversations.Tell(new LogAdvanced(ConversationId.Default, entries));

    static MessagePosted Entry(long seq, string text, string? key = null, Author? by = null) =>
        new(new Message(ConversationId.Default, seq, by ?? Bob, MessageKind.User, text, HeldStore.Noon, key, null, null));

    static MessagePosted Answering(long seq) => new(new Message(
        ConversationId.Default, seq, Author.Bot, MessageKind.Ai, "", HeldStore.Noon, "k", 1, new Answer(AnswerState.Running, "mock", null)));

    static long[] Seqs(FrameBatch frames) => [.. FrameTexts.Read(frames).Select(f => f.GetProperty("seq").GetInt64())];

    static JsonElement One(FrameBatch frames) => Assert.Single(FrameTexts.Read(frames));

    [Fact]
    public void What_another_node_wrote_is_shown_to_everybody_here()
    {
        var ann = Enter(Ann);
        Read(Entry(1, "from elsewhere"), Entry(2, "and more"));
        Assert.Equal([1, 2], Seqs(ann.ExpectMsg<Delivered>().Frames));
    }

    [Fact]
    public void Who_comes_hears_nothing_before_the_log_has_been_read()
    {
        var session = CreateTestProbe();
        conversations.Tell(new Subscribe(ConversationId.Default, session.Ref, Ann, Dialect.V1, 2, false));
        var reading = tail.ExpectMsg<ReadLog>();
        session.ExpectNoMsg(100);
        Read(Entry(1, "one"), Entry(2, "two"));
        conversations.Tell(new LogRead(ConversationId.Default, reading.Why));
        Assert.Equal(2, session.ExpectMsg<Subscribed>().Head);
    }

    [Fact]
    public void A_commit_behind_what_others_wrote_is_acknowledged_at_once_and_shown_in_its_place()
    {
        TestProbe ann = Enter(Ann), bob = Enter(Bob);
        Post(ann, Ann, "mine");
        var commit = store.NextCommit();
        store.Seed(2); // another node was first
        commit.Succeed();
        var acknowledged = ann.ExpectMsg<Delivered>();
        Assert.Equal(3, Assert.Single(acknowledged.Receipts).Seq);
        Assert.Equal(0, acknowledged.Frames.Count);
        var reading = tail.ExpectMsg<ReadLog>();

        Read(Entry(1, "one"), Entry(2, "two"));
        conversations.Tell(new LogRead(ConversationId.Default, reading.Why));

        Assert.Equal([1, 2, 3], Seqs(ann.ExpectMsg<Delivered>().Frames));
        Assert.Equal([1, 2, 3], Seqs(bob.ExpectMsg<Delivered>().Frames));
    }

    [Promise("P13")]
    [Fact]
    public void A_gap_that_the_log_does_not_fill_ends_the_conversation_so_that_its_clients_resume_from_the_store()
    {
        var ann = Enter(Ann);
        Post(ann, Ann, "mine");
        var commit = store.NextCommit();
        store.Seed(1);
        commit.Succeed();
        ann.ExpectMsg<Delivered>();
        EventFilter.Exception<InvalidOperationException>("Event 1 of default is not in the log.").ExpectOne(AnswerReading);
        ann.ExpectMsg<ConversationEnded>();
    }

    [Fact]
    public void An_own_commit_whose_answer_is_on_its_way_is_no_gap()
    {
        var ann = Enter(Ann);
        Post(ann, Ann, "mine");
        var commit = store.NextCommit();
        Read(Entry(2, "behind it")); // the tail knows of 1 that this node wrote it
        AnswerReading();
        commit.Succeed();
        Assert.Equal([1, 2], Seqs(ann.ExpectMsg<Delivered>().Frames));
    }

    [Fact]
    public void An_own_post_that_comes_from_the_log_first_is_shown_once_and_asks_the_bot_once()
    {
        TestProbe ann = Enter(Ann, Dialect.Classic), bob = Enter(Bob);
        Post(ann, Ann, "/AIBot hello");
        var commit = store.NextCommit();
        Read(Entry(1, "/AIBot hello", by: Ann));
        Assert.Equal([1], Seqs(bob.ExpectMsg<Delivered>().Frames));
        agent.ExpectMsg<AskAgent>();

        commit.Succeed();

        Assert.Equal(1, Assert.Single(ann.FishForMessage<Delivered>(d => d.Receipts.Count > 0).Receipts).Seq);
        agent.ExpectNoMsg(100);
        bob.ExpectNoMsg(100);
    }

    [Fact]
    public void What_other_nodes_wrote_wakes_no_conversation()
    {
        Read(Entry(1, "while nobody is here"));
        Assert.Equal(0, store.Loads);
        Enter(Ann);
        Assert.Equal(1, store.Loads);
    }

    [Fact]
    public void Typing_goes_to_the_other_nodes_and_comes_from_them()
    {
        TestProbe ann = Enter(Ann), bob = Enter(Bob);
        conversations.Tell(new NoteTyping(ConversationId.Default, Ann));
        bob.ExpectMsg<DeliveredEphemeral>();
        Assert.Equal(new UserTyped(ConversationId.Default, Ann), Assert.Single(bus.Published));

        conversations.Tell(new Heard(new UserTyped(ConversationId.Default, Bob)));

        Assert.Equal("typing", One(ann.ExpectMsg<DeliveredEphemeral>().Frames).GetProperty("type").GetString());
        bob.ExpectNoMsg(50);
        Assert.Single(bus.Published); // it is not said again
    }

    [Fact]
    public void An_answer_that_grows_elsewhere_grows_here_without_a_doubled_or_missing_character()
    {
        var ann = Enter(Ann);
        Read(Answering(1));
        ann.ExpectMsg<Delivered>();
        foreach (var (offset, text) in new[] { (0, "Hello"), (0, "Hello"), (3, "lo w"), (9, "lost before"), (7, "orld") })
            conversations.Tell(new Heard(new AnswerSaid(ConversationId.Default, 1, offset, text)));

        var said = Enumerable.Range(0, 3).Select(_ => One(ann.ExpectMsg<DeliveredEphemeral>().Frames)).ToArray();

        Assert.Equal("Hello world", string.Concat(said.Select(d => d.GetProperty("text").GetString())));
        Assert.Equal([0, 5, 7], said.Select(d => d.GetProperty("offset").GetInt32()));
        Assert.Equal(new AnswerWanted(ConversationId.Default, 1, 7), Assert.Single(bus.Published));
    }

    [Fact]
    public void Who_gives_an_answer_says_what_another_node_misses_of_it_in_pieces_that_cut_no_character()
    {
        Enter(Ann);
        Read(Answering(1));
        var text = "x" + string.Concat(Enumerable.Repeat("😀", 1200));
        conversations.Tell(new AnswerGrew(ConversationId.Default, 1, 0, text));
        AwaitAssert(() => Assert.Equal(text, string.Concat(bus.Published.Cast<AnswerSaid>().Select(s => s.Text))));
        var before = bus.Published.Count;

        conversations.Tell(new Heard(new AnswerWanted(ConversationId.Default, 1, 1)));

        AwaitAssert(() => Assert.Equal(text[1..], string.Concat(bus.Published.Skip(before).Cast<AnswerSaid>().Select(s => s.Text))));
        Assert.All(bus.Published.Cast<AnswerSaid>(), said => Assert.False(char.IsLowSurrogate(said.Text[0]) || char.IsHighSurrogate(said.Text[^1])));
    }

    [Fact]
    public void An_answer_of_another_node_is_not_said_by_this_one()
    {
        var ann = Enter(Ann);
        Read(Answering(1));
        conversations.Tell(new Heard(new AnswerSaid(ConversationId.Default, 1, 0, "Hello")));
        ann.FishForMessage<DeliveredEphemeral>(_ => true);
        conversations.Tell(new Heard(new AnswerWanted(ConversationId.Default, 1, 0)));
        conversations.Tell(new NoteTyping(ConversationId.Default, Bob));
        ann.ExpectMsg<DeliveredEphemeral>();
        Assert.IsType<UserTyped>(Assert.Single(bus.Published));
    }

    [Fact]
    public void When_the_log_is_replaced_everybody_is_sent_away_and_gets_what_the_new_one_has()
    {
        var ann = Enter(Ann);
        store.Seed(4);
        conversations.Tell(LogReplaced.Instance);
        ann.ExpectMsg<ConversationEnded>();
        var back = CreateTestProbe();
        conversations.Tell(new Subscribe(ConversationId.Default, back.Ref, Ann, Dialect.V1, null, true));
        AnswerReading();
        Assert.Equal(4, back.ExpectMsg<Subscribed>().Head);
    }

    [Fact]
    public void A_question_of_another_node_is_taken_over_when_nobody_begins_to_answer_it()
    {
        Enter(Ann);
        Read(Entry(1, "/AIBot who?"), Entry(2, "/AIBot answered elsewhere"), new MessagePosted(Answering(3).Message with { ReplyTo = 2 }));
        Assert.Equal("who?", agent.ExpectMsg<AskAgent>().Question);
        agent.ExpectNoMsg(500);
    }

    [Fact]
    public void How_long_ago_a_question_was_asked_is_told_by_the_clock_of_the_store_and_not_by_this_nodes()
    {
        store.Seed("/AIBot who?"); // at noon, and it is noon in the store
        Enter(Ann);
        Assert.Equal("who?", agent.ExpectMsg<AskAgent>().Question);
    }
}
