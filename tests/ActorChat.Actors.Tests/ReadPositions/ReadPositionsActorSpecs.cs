using ActorChat.Actors.Conversations;
using ActorChat.Actors.Nodes;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.ReadPositions;
using ActorChat.Actors.Tests.Nodes;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using Akka.Actor;
using Akka.TestKit;

namespace ActorChat.Actors.Tests.ReadPositions;

public class ReadPositionsActorSpecs : PatientTestKit
{
    static readonly UserId Ann = new("u-ann"), Bob = new("u-bob");

    readonly HeldStore store = new();
    readonly TestProbe persistence;
    readonly RecordingBus bus = new();

    public ReadPositionsActorSpecs() => persistence = CreateTestProbe();

    IActorRef Start(int saveMs = 20, int queueLimit = 100, int maxBatch = 100) => Sys.ActorOf(ReadPositionsActor.PropsFor(
        store, persistence.Ref, new ReadPositionOptions { TellAfter = TimeSpan.FromMilliseconds(100),
            SaveAfter = TimeSpan.FromMilliseconds(saveMs), MaxBatch = maxBatch, QueueLimit = queueLimit }, bus));

    static long? Open(IActorRef reads, TestProbe session, UserId user)
    {
        reads.Tell(new OpenReader(session.Ref, user));
        return session.ExpectMsg<ReaderOpened>().Positions.TryGetValue(ConversationId.Default, out var seq) ? seq : null;
    }

    static void Read(IActorRef reads, TestProbe session, UserId user, long seq) =>
        reads.Tell(new AdvanceReadPosition(session.Ref, user, ConversationId.Default, seq));

    SaveReadPositions ExpectSave(StoreOutcome? outcome = null)
    {
        var save = persistence.ExpectMsg<Persist>();
        if (outcome is not null) Answer(save, outcome);
        return (SaveReadPositions)save.Command;
    }

    static void Answer(Persist save, StoreOutcome outcome) =>
        save.ReplyTo.Tell(new Persisted([new PersistedItem(save.Command, save.Tag, outcome)]));

    static ReadPosition Position(UserId user, long seq) => new(user, ConversationId.Default, seq);

    [Fact]
    public void A_new_user_has_no_read_position_and_a_known_user_has_the_stored_one()
    {
        store.ReadPositions[Bob] = 7;
        var reads = Start();
        Assert.Null(Open(reads, CreateTestProbe(), Ann));
        Assert.Equal(7, Open(reads, CreateTestProbe(), Bob));
    }

    [Fact]
    public void Of_many_read_positions_only_the_newest_goes_to_the_store_and_the_other_sessions()
    {
        var reads = Start(saveMs: 100);
        TestProbe one = CreateTestProbe(), other = CreateTestProbe(), stranger = CreateTestProbe();
        Open(reads, one, Ann);
        Open(reads, other, Ann);
        Open(reads, stranger, Bob);
        for (var seq = 1; seq <= 5000; seq++) Read(reads, one, Ann, seq);
        // The interval began with the first of them. On a slow machine there may be more than one.
        var saved = new List<SaveReadPositions>();
        do saved.Add(ExpectSave(new CommandDone()));
        while (saved[^1].Positions[0].Seq < 5000);
        Assert.InRange(saved.Count, 1, 20);
        Assert.All(saved, save => Assert.Single(save.Positions));
        var frames = other.FishForMessage<DeliveredEphemeral>(f =>
            Assert.Single(FrameTexts.Read(f.Frames)).GetProperty("seq").GetInt64() == 5000);
        Assert.True(frames.Frames.Ephemeral);
        one.ExpectNoMsg(50);
        stranger.ExpectNoMsg(50);
        persistence.ExpectNoMsg(50);
    }

    [Fact]
    public void A_read_position_only_moves_forward()
    {
        var reads = Start();
        var ann = CreateTestProbe();
        Open(reads, ann, Ann);
        Read(reads, ann, Ann, 9);
        Read(reads, ann, Ann, 4);
        Assert.Equal([Position(Ann, 9)], ExpectSave(new CommandDone()).Positions);
        Read(reads, ann, Ann, 9);
        Read(reads, ann, Ann, 3);
        persistence.ExpectNoMsg(100);
        Assert.Equal(9, Open(reads, CreateTestProbe(), Ann));
    }

    [Fact]
    public void A_user_who_returns_gets_a_position_that_is_not_saved_yet()
    {
        store.ReadPositions[Ann] = 2;
        var reads = Start();
        var before = CreateTestProbe();
        Open(reads, before, Ann);
        Read(reads, before, Ann, 5);
        ExpectSave(); // no answer yet
        reads.Tell(new CloseReader(before.Ref, Ann));
        Assert.Equal(5, Open(reads, CreateTestProbe(), Ann));
    }

    [Fact]
    public void An_unavailable_store_is_tried_again_with_the_newest_position()
    {
        var reads = Start();
        var ann = CreateTestProbe();
        Open(reads, ann, Ann);
        Read(reads, ann, Ann, 5);
        var refused = persistence.ExpectMsg<Persist>();
        Read(reads, ann, Ann, 6); // before the retry
        Answer(refused, new NotStored("away"));
        Assert.Equal([Position(Ann, 6)], ExpectSave(new CommandDone()).Positions);
        persistence.ExpectNoMsg(100);
    }

    [Fact]
    public void Positions_of_many_users_are_saved_in_batches_one_at_a_time()
    {
        var reads = Start(maxBatch: 2);
        foreach (var n in Enumerable.Range(1, 5)) Read(reads, CreateTestProbe(), new UserId($"u{n}"), n);
        var all = new List<ReadPosition>();
        for (var n = 0; n < 3; n++)
        {
            var save = persistence.ExpectMsg<Persist>();
            persistence.ExpectNoMsg(50);
            all.AddRange(((SaveReadPositions)save.Command).Positions);
            Answer(save, new CommandDone());
        }
        Assert.Equal([1, 2, 3, 4, 5], all.Select(m => m.Seq).Order());
    }

    [Promise("P10")]
    [Fact]
    public void On_shutdown_everything_is_sent_to_the_store_before_the_answer()
    {
        var reads = Start(saveMs: 60_000);
        Read(reads, CreateTestProbe(), Ann, 5);
        Read(reads, CreateTestProbe(), Bob, 6);
        reads.Tell(HandOverReadPositions.Instance);
        ExpectMsg<ReadPositionsHandedOver>();
        Assert.Equal([Position(Ann, 5), Position(Bob, 6)], ExpectSave().Positions);
    }

    [Fact]
    public void A_failed_load_is_reported_and_the_next_session_loads_again()
    {
        store.ReadsFailWith = new StoreUnavailableException("away");
        var reads = Start();
        reads.Tell(new OpenReader(TestActor, Ann));
        ExpectMsg<ReaderNotOpened>();
        store.ReadsFailWith = null;
        store.ReadPositions[Ann] = 3;
        Assert.Equal(3, Open(reads, CreateTestProbe(), Ann));
    }

    [Fact]
    public void After_a_failure_unsaved_positions_are_sent_to_the_store_and_it_continues()
    {
        var reads = Start(saveMs: 60_000);
        var session = CreateTestProbe();
        Open(reads, session, Ann);
        Read(reads, session, Ann, 5);
        reads.Tell(new OpenReader(null!, Ann)); // a message that no session sends
        Assert.Equal([Position(Ann, 5)], ExpectSave().Positions);
        store.ReadPositions[Ann] = 5;
        Assert.Equal(5, Open(reads, CreateTestProbe(), Ann));
    }

    [Fact]
    public void Read_positions_are_sent_to_other_nodes_and_theirs_to_the_sessions_here()
    {
        var reads = Start();
        var session = CreateTestProbe();
        Open(reads, session, Ann);
        Read(reads, session, Ann, 5);
        AwaitAssert(() => Assert.Equal([new UserRead(ConversationId.Default, Ann, 5)], bus.Published));

        reads.Tell(new Heard(new UserRead(ConversationId.Default, Ann, 4)));
        reads.Tell(new Heard(new UserRead(ConversationId.Default, Ann, 7)));
        reads.Tell(new Heard(new UserRead(ConversationId.Default, Bob, 9))); // no session of his is on this node

        var frame = Assert.Single(FrameTexts.Read(session.ExpectMsg<DeliveredEphemeral>().Frames));
        Assert.Equal(7, frame.GetProperty("seq").GetInt64());
        Assert.Single(bus.Published); // it is not sent on
    }
}
