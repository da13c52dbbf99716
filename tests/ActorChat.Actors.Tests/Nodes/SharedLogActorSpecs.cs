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
            MaxEntries = 500 }, TimeProvider.System));
        tail.Tell(new FollowLog(conversations.Ref));
        return tail;
    }

    static NewEntries Read(bool more, params long[] seqs) => new([.. seqs.Select(Entry)], more, TimeSpan.Zero);

    static ConversationEvent Entry(long seq) => new MessagePosted(
        new Message(ConversationId.Default, seq, HeldStore.Ann, MessageKind.User, "x", HeldStore.Noon, null, null, null));

    long[] Advanced() => [.. conversations.ExpectMsg<LogAdvanced>().Events.Select(e => e.Seq)];

    [Fact]
    public void It_reads_at_its_start_and_after_each_notification()
    {
        Start();
        log.Next().SetResult(Read(false, 1, 2));
        Assert.Equal([1, 2], Advanced());
        bus.NotifyThisNode();
        log.Next().SetResult(Read(false, 3));
        Assert.Equal([3], Advanced());
    }

    [Fact]
    public void Any_number_of_notifications_during_a_read_cause_one_more()
    {
        Start();
        var first = log.Next();
        for (var i = 0; i < 100; i++) bus.NotifyThisNode();
        Assert.Equal(1, log.Begun);
        first.SetResult(NewEntries.None);
        log.Next().SetResult(NewEntries.None);
        conversations.ExpectNoMsg(100);
        Assert.Equal(2, log.Begun);
    }

    [Fact]
    public void Without_any_notification_it_polls()
    {
        Start(pollMs: 20);
        log.Next().SetResult(NewEntries.None);
        log.Next().SetResult(NewEntries.None);
        log.Next().SetResult(Read(false, 1));
        Assert.Equal([1], Advanced());
    }

    [Fact]
    public void A_request_is_answered_by_a_read_that_began_after_it_and_behind_the_entries()
    {
        var tail = Start();
        var earlier = log.Next();
        tail.Tell(new ReadLog(ConversationId.Default, "why"));
        earlier.SetResult(Read(false, 1));
        Assert.Equal([1], Advanced());
        log.Next().SetResult(Read(more: true, 2));
        Assert.Equal([2], Advanced());
        log.Next().SetResult(Read(false, 3));
        Assert.Equal([3], Advanced());
        Assert.Equal("why", conversations.ExpectMsg<LogRead>().Why);
    }

    [Promise("P13")]
    [Fact]
    public void A_failed_read_is_retried_and_answers_no_request()
    {
        var tail = Start(pollMs: 20);
        log.Next().SetResult(NewEntries.None);
        tail.Tell(new ReadLog(ConversationId.Default, "why"));
        EventFilter.Warning(contains: "away").ExpectOne(() =>
        {
            log.Next().SetException(new StoreUnavailableException("away"));
            log.Next().SetException(new StoreUnavailableException("away"));
            log.Next().SetResult(Read(false, 1));
            Assert.Equal([1], Advanced());
        });
        conversations.ExpectMsg<LogRead>();
    }

    [Fact]
    public void After_a_restart_it_reads_the_log_for_the_same_conversations()
    {
        var tail = Start(pollMs: 20);
        log.Next().SetResult(NewEntries.None);
        // an entry that no store should return
        EventFilter.Exception<NullReferenceException>()
            .ExpectOne(() => log.Next().SetResult(new NewEntries([null!], false, TimeSpan.Zero)));
        log.Next().SetResult(Read(false, 1));
        Assert.Equal([1], Advanced());
    }

    /// <summary>A log whose reads wait until the spec completes them.</summary>
    sealed class HeldLog : ISharedLog
    {
        readonly System.Collections.Concurrent.BlockingCollection<TaskCompletionSource<NewEntries>> readings = [];
        int begun;

        public int Begun => Volatile.Read(ref begun);

        public Task<NewEntries> ReadNewAsync(int most, CancellationToken stop)
        {
            Interlocked.Increment(ref begun);
            var reading = new TaskCompletionSource<NewEntries>(TaskCreationOptions.RunContinuationsAsynchronously);
            readings.Add(reading, stop);
            return reading.Task;
        }

        public TaskCompletionSource<NewEntries> Next() =>
            readings.TryTake(out var reading, TimeSpan.FromSeconds(20)) ? reading : throw new TimeoutException("The log was not read.");
    }
}
