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
        return session.ExpectMsg<ReaderOpened>().Marks.TryGetValue(ConversationId.Default, out var seq) ? seq : null;
    }

    static void Read(IActorRef reads, TestProbe session, UserId user, long seq) => reads.Tell(new AdvanceReadPosition(session.Ref, user, ConversationId.Default, seq));

    SaveReadPositions ExpectSave(StoreOutcome? outcome = null)
    {
        var save = persistence.ExpectMsg<Persist>();
        if (outcome is not null) Answer(save, outcome);
        return (SaveReadPositions)save.Command;
    }

    static void Answer(Persist save, StoreOutcome outcome) => save.ReplyTo.Tell(new Persisted([new PersistedItem(save.Command, save.Tag, outcome)]));

    static ReadPosition Mark(UserId user, long seq) => new(user, ConversationId.Default, seq);

    [Fact]
    public void Who_was_never_here_has_no_mark_and_who_was_has_the_one_of_the_store()
    {
        store.Marks[Bob] = 7;
        var reads = Start();
        Assert.Null(Open(reads, CreateTestProbe(), Ann));
        Assert.Equal(7, Open(reads, CreateTestProbe(), Bob));
    }

    [Fact]
    public void A_flood_of_marks_is_one_for_the_store_and_one_for_the_other_sessions()
    {
        var reads = Start(saveMs: 100);
        TestProbe one = CreateTestProbe(), other = CreateTestProbe(), stranger = CreateTestProbe();
        Open(reads, one, Ann);
        Open(reads, other, Ann);
        Open(reads, stranger, Bob);
        for (var seq = 1; seq <= 5000; seq++) Read(reads, one, Ann, seq);
        // The interval began with the first of them; where the machine was slow there may be two.
        var saved = new List<SaveReadPositions>();
        do saved.Add(ExpectSave(new CommandDone()));
        while (saved[^1].Marks[0].Seq < 5000);
        Assert.InRange(saved.Count, 1, 20);
        Assert.All(saved, save => Assert.Single(save.Marks));
        var told = other.FishForMessage<DeliveredEphemeral>(f => Assert.Single(FrameTexts.Read(f.Frames)).GetProperty("seq").GetInt64() == 5000);
        Assert.True(told.Frames.Ephemeral);
        one.ExpectNoMsg(50);
        stranger.ExpectNoMsg(50);
        persistence.ExpectNoMsg(50);
    }

    [Fact]
    public void A_mark_moves_forward_only()
    {
        var reads = Start();
        var ann = CreateTestProbe();
        Open(reads, ann, Ann);
        Read(reads, ann, Ann, 9);
        Read(reads, ann, Ann, 4);
        Assert.Equal([Mark(Ann, 9)], ExpectSave(new CommandDone()).Marks);
        Read(reads, ann, Ann, 9);
        Read(reads, ann, Ann, 3);
        persistence.ExpectNoMsg(100);
        Assert.Equal(9, Open(reads, CreateTestProbe(), Ann));
    }

    [Fact]
    public void What_is_not_saved_yet_counts_for_who_comes_back_meanwhile()
    {
        store.Marks[Ann] = 2;
        var reads = Start();
        var before = CreateTestProbe();
        Open(reads, before, Ann);
        Read(reads, before, Ann, 5);
        ExpectSave(); // no answer yet
        reads.Tell(new CloseReader(before.Ref, Ann));
        Assert.Equal(5, Open(reads, CreateTestProbe(), Ann));
    }

    [Fact]
    public void A_store_that_is_away_is_tried_again_with_the_newest()
    {
        var reads = Start();
        var ann = CreateTestProbe();
        Open(reads, ann, Ann);
        Read(reads, ann, Ann, 5);
        var refused = persistence.ExpectMsg<Persist>();
        Read(reads, ann, Ann, 6); // before it is tried again
        Answer(refused, new NotStored("away"));
        Assert.Equal([Mark(Ann, 6)], ExpectSave(new CommandDone()).Marks);
        persistence.ExpectNoMsg(100);
    }

    [Fact]
    public void Many_readers_are_saved_in_batches_one_after_the_other()
    {
        var reads = Start(maxBatch: 2);
        foreach (var n in Enumerable.Range(1, 5)) Read(reads, CreateTestProbe(), new UserId($"u{n}"), n);
        var all = new List<ReadPosition>();
        for (var n = 0; n < 3; n++)
        {
            var save = persistence.ExpectMsg<Persist>();
            persistence.ExpectNoMsg(50);
            all.AddRange(((SaveReadPositions)save.Command).Marks);
            Answer(save, new CommandDone());
        }
        Assert.Equal([1, 2, 3, 4, 5], all.Select(m => m.Seq).Order());
    }

    [Promise("P10")]
    [Fact]
    public void Going_down_everything_is_handed_over_before_it_says_so()
    {
        var reads = Start(saveMs: 60_000);
        Read(reads, CreateTestProbe(), Ann, 5);
        Read(reads, CreateTestProbe(), Bob, 6);
        reads.Tell(HandOverReadPositions.Instance);
        ExpectMsg<ReadPositionsHandedOver>();
        Assert.Equal([Mark(Ann, 5), Mark(Bob, 6)], ExpectSave().Marks);
    }

    [Fact]
    public void A_store_that_cannot_be_read_is_said_and_asked_again_by_the_next_session()
    {
        store.ReadsFailWith = new StoreUnavailableException("away");
        var reads = Start();
        reads.Tell(new OpenReader(TestActor, Ann));
        ExpectMsg<ReaderNotOpened>();
        store.ReadsFailWith = null;
        store.Marks[Ann] = 3;
        Assert.Equal(3, Open(reads, CreateTestProbe(), Ann));
    }

    [Fact]
    public void After_a_failure_what_was_not_saved_is_handed_over_and_it_goes_on()
    {
        var reads = Start(saveMs: 60_000);
        var session = CreateTestProbe();
        Open(reads, session, Ann);
        Read(reads, session, Ann, 5);
        reads.Tell(new OpenReader(null!, Ann)); // what no session says
        Assert.Equal([Mark(Ann, 5)], ExpectSave().Marks);
        store.Marks[Ann] = 5;
        Assert.Equal(5, Open(reads, CreateTestProbe(), Ann));
    }

    [Fact]
    public void What_a_user_reads_is_told_to_the_other_nodes_and_what_they_say_to_the_sessions_here()
    {
        var reads = Start();
        var session = CreateTestProbe();
        Open(reads, session, Ann);
        Read(reads, session, Ann, 5);
        AwaitAssert(() => Assert.Equal([new UserRead(ConversationId.Default, Ann, 5)], bus.Published));

        reads.Tell(new Heard(new UserRead(ConversationId.Default, Ann, 4)));
        reads.Tell(new Heard(new UserRead(ConversationId.Default, Ann, 7)));
        reads.Tell(new Heard(new UserRead(ConversationId.Default, Bob, 9))); // nobody of his is here

        var told = Assert.Single(FrameTexts.Read(session.ExpectMsg<DeliveredEphemeral>().Frames));
        Assert.Equal(7, told.GetProperty("seq").GetInt64());
        Assert.Single(bus.Published); // it is not said again
    }
}
