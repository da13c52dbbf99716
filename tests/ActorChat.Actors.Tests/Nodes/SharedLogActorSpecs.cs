using ActorChat.Actors.Nodes;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using Akka.Actor;
using Akka.TestKit;

namespace ActorChat.Actors.Tests.Nodes;

public class SharedLogActorSpecs : PatientTestKit
{
    readonly HeldLog log = new();
    readonly RecordingBus bus = new();
    readonly TestProbe conversations;

    public SharedLogActorSpecs() => conversations = CreateTestProbe();

    IActorRef Start(int pollMs = 60_000)
    {
        var tail = Sys.ActorOf(SharedLogActor.PropsFor(log, bus, new SharedLogOptions { Poll = TimeSpan.FromMilliseconds(pollMs),
            MaxEntries = 500 }));
        tail.Tell(new FollowLog(conversations.Ref));
        return tail;
    }

    static LogNews News(bool more, params long[] seqs) => new([.. seqs.Select(Entry)], more, TimeSpan.Zero);

    static ConversationEvent Entry(long seq) => new MessagePosted(new Message(ConversationId.Default, seq, HeldStore.Ann, MessageKind.User, "x", HeldStore.Noon, null, null, null));

    long[] Advanced() => [.. conversations.ExpectMsg<LogAdvanced>().Events.Select(e => e.Seq)];

    [Fact]
    public void It_reads_when_it_begins_and_when_the_doorbell_rings()
    {
        Start();
        log.Next().SetResult(News(false, 1, 2));
        Assert.Equal([1, 2], Advanced());
        bus.RingHere();
        log.Next().SetResult(News(false, 3));
        Assert.Equal([3], Advanced());
    }

    [Fact]
    public void However_often_it_rings_during_a_reading_there_is_one_more()
    {
        Start();
        var first = log.Next();
        for (var i = 0; i < 100; i++) bus.RingHere();
        Assert.Equal(1, log.Begun);
        first.SetResult(LogNews.None);
        log.Next().SetResult(LogNews.None);
        conversations.ExpectNoMsg(100);
        Assert.Equal(2, log.Begun);
    }

    [Fact]
    public void Without_any_doorbell_it_looks_from_time_to_time()
    {
        Start(pollMs: 20);
        log.Next().SetResult(LogNews.None);
        log.Next().SetResult(LogNews.None);
        log.Next().SetResult(News(false, 1));
        Assert.Equal([1], Advanced());
    }

    [Fact]
    public void Who_asks_is_answered_by_a_reading_that_began_afterwards_behind_all_that_it_found()
    {
        var tail = Start();
        var earlier = log.Next();
        tail.Tell(new ReadLog(ConversationId.Default, "why"));
        earlier.SetResult(News(false, 1));
        Assert.Equal([1], Advanced());
        log.Next().SetResult(News(more: true, 2));
        Assert.Equal([2], Advanced());
        log.Next().SetResult(News(false, 3));
        Assert.Equal([3], Advanced());
        Assert.Equal("why", conversations.ExpectMsg<LogRead>().Why);
    }

    [Promise("P13")]
    [Fact]
    public void A_reading_that_fails_is_tried_again_and_answers_nobody()
    {
        var tail = Start(pollMs: 20);
        log.Next().SetResult(LogNews.None);
        tail.Tell(new ReadLog(ConversationId.Default, "why"));
        EventFilter.Warning(contains: "away").ExpectOne(() =>
        {
            log.Next().SetException(new StoreUnavailableException("away"));
            log.Next().SetException(new StoreUnavailableException("away"));
            log.Next().SetResult(News(false, 1));
            Assert.Equal([1], Advanced());
        });
        conversations.ExpectMsg<LogRead>();
    }

    [Fact]
    public void After_a_failure_it_follows_the_log_for_the_same_conversations()
    {
        var tail = Start(pollMs: 20);
        log.Next().SetResult(LogNews.None);
        EventFilter.Exception<NullReferenceException>().ExpectOne(() => log.Next().SetResult(new LogNews([null!], false, TimeSpan.Zero))); // a defect of a store
        log.Next().SetResult(News(false, 1));
        Assert.Equal([1], Advanced());
    }

    /// <summary>A log whose readings wait until the spec lets them end.</summary>
    sealed class HeldLog : ISharedLog
    {
        readonly System.Collections.Concurrent.BlockingCollection<TaskCompletionSource<LogNews>> readings = [];
        int begun;

        public int Begun => Volatile.Read(ref begun);

        public Task<LogNews> ReadNewAsync(int most, CancellationToken stop)
        {
            Interlocked.Increment(ref begun);
            var reading = new TaskCompletionSource<LogNews>(TaskCreationOptions.RunContinuationsAsynchronously);
            readings.Add(reading, stop);
            return reading.Task;
        }

        public TaskCompletionSource<LogNews> Next() =>
            readings.TryTake(out var reading, TimeSpan.FromSeconds(20)) ? reading : throw new TimeoutException("Nobody reads the log.");
    }
}
