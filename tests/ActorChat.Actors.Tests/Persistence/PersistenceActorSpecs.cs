using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ActorChat.Actors.Persistence;
using ActorChat.Domain;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;

namespace ActorChat.Actors.Tests.Persistence;

public class PersistenceActorSpecs : PatientTestKit
{
    readonly HeldStore store = new();
    readonly FakeTimeProvider time = new();
    readonly IActorRef persistence;

    public PersistenceActorSpecs() =>
        persistence = Sys.ActorOf(PersistenceActor.PropsFor(store, new PersistenceOptions { MaxBatch = 100, QueueLimit = 5 }, time));

    static AppendMessage Message(string text) => new(ConversationId.Default, HeldStore.Ann, MessageKind.User, text, null);

    void Persist(string text) => persistence.Tell(new Persist(Message(text), TestActor, text));

    static string[] TextsOf(HeldStore.Held commit) => [.. commit.Commands.Cast<AppendMessage>().Select(m => m.Text)];

    [Promise("P1")]
    [Fact]
    public void No_command_is_answered_before_its_commit_has_ended()
    {
        Persist("a");
        var commit = store.NextCommit();
        ExpectNoMsg(100);
        commit.Succeed();
        var item = Assert.Single(ExpectMsg<Persisted>().Items);
        Assert.Equal("a", item.Tag);
        Assert.IsType<MessageAppended>(item.Outcome);
    }

    [Fact]
    public void A_commit_is_reported_as_announced_after_all_its_outcomes_were_delivered_and_never_after_a_failure()
    {
        var other = CreateTestProbe();
        store.OnAnnounced = () =>
        {
            TestActor.Tell("announced", ActorRefs.NoSender);
            other.Ref.Tell("announced", ActorRefs.NoSender);
        };
        persistence.Tell(new PersistAll([new Persist(Message("a"), TestActor, 1), new Persist(Message("b"), other.Ref, 2)]));
        store.NextCommit().Succeed();
        ExpectMsg<Persisted>();
        ExpectMsg("announced");
        other.ExpectMsg<Persisted>();
        other.ExpectMsg("announced");
        Persist("c");
        store.NextCommit().Fail(new StoreUnavailableException("away"));
        ExpectMsg<Persisted>();
        Persist("d");
        store.NextCommit().Succeed();
        ExpectMsg<Persisted>();
        ExpectMsg("announced");
        ExpectNoMsg(50);
    }

    [Promise("P3")]
    [Fact]
    public void Everything_that_arrives_during_a_commit_becomes_the_next_one_in_order()
    {
        Persist("a");
        var first = store.NextCommit();
        Persist("b");
        Persist("c");
        Persist("d");
        Assert.Equal(["a"], TextsOf(first));
        Assert.False(store.HasCommit);
        first.Succeed();
        var second = store.NextCommit();
        Assert.Equal(["b", "c", "d"], TextsOf(second));
        second.Succeed();
        ExpectMsg<Persisted>();
        Assert.Equal(["b", "c", "d"], ExpectMsg<Persisted>().Items.Select(i => (string)i.Tag!));
    }

    [Fact]
    public void A_commit_sends_one_message_to_each_asker()
    {
        var other = CreateTestProbe();
        persistence.Tell(new PersistAll([
            new Persist(Message("a"), TestActor, 1), new Persist(Message("b"), other.Ref, 2), new Persist(Message("c"), TestActor, 3),
        ]));
        store.NextCommit().Succeed();
        Assert.Equal([1, 3], ExpectMsg<Persisted>().Items.Select(i => (int)i.Tag!));
        Assert.Equal([2], other.ExpectMsg<Persisted>().Items.Select(i => (int)i.Tag!));
    }

    [Promise("P8")]
    [Fact]
    public void An_unavailable_store_answers_every_command_and_is_tried_again()
    {
        persistence.Tell(new PersistAll([new Persist(Message("a"), TestActor), new Persist(Message("b"), TestActor)]));
        store.NextCommit().Fail(new StoreUnavailableException("locked"));
        Assert.All(ExpectMsg<Persisted>().Items, item => Assert.IsType<NotStored>(item.Outcome));
        Persist("c");
        store.NextCommit().Succeed();
        Assert.IsType<MessageAppended>(ExpectMsg<Persisted>().Items[0].Outcome);
    }

    [Promise("P8")]
    [Fact]
    public void Commands_queued_behind_a_failed_commit_are_answered_with_it()
    {
        Persist("a");
        var first = store.NextCommit();
        Persist("b");
        Persist("c");
        first.Fail(new StoreUnavailableException("locked"));
        var answered = new List<PersistedItem>();
        while (answered.Count < 3) answered.AddRange(ExpectMsg<Persisted>().Items);
        Assert.All(answered, item => Assert.IsType<NotStored>(item.Outcome));
        Assert.False(store.HasCommit);
    }

    [Promise("P8")]
    [Fact]
    public void A_command_that_breaks_the_store_is_refused_alone_and_its_neighbours_are_stored_in_order()
    {
        EventFilter.Exception<InvalidCastException>().Mute(() =>
        {
            Persist("running");
            var running = store.NextCommit();
            foreach (var text in new[] { "a", "b", "poison", "c", "last" }) Persist(text);
            running.Succeed();
            ExpectMsg<Persisted>();
            // All five; the two before it; the three with it; it alone; the probe without it; the two after it.
            string[][] commits = [["a", "b", "poison", "c", "last"], ["a", "b"], ["poison", "c", "last"], ["poison"], [], ["c", "last"]];
            foreach (var texts in commits)
            {
                var commit = store.NextCommit();
                Assert.Equal(texts, commit.Commands.OfType<AppendMessage>().Select(m => m.Text));
                if (texts.Contains("poison")) commit.Fail(new InvalidCastException("poison"));
                else commit.Succeed();
            }
            var answers = new List<PersistedItem>();
            while (answers.Count < 5) answers.AddRange(ExpectMsg<Persisted>().Items);
            Assert.Equal(["a", "b", "poison", "c", "last"], answers.Select(a => (string)a.Tag!));
            Assert.All(answers.Where(a => !a.Tag!.Equals("poison")), a => Assert.IsType<MessageAppended>(a.Outcome));
            Assert.IsType<CommandRefused>(answers[2].Outcome);
        });
        Persist("after");
        store.NextCommit().Succeed();
        Assert.IsType<MessageAppended>(ExpectMsg<Persisted>().Items[0].Outcome);
    }

    [Fact]
    public void A_store_that_fails_with_every_command_is_unavailable_and_no_command_is_refused()
    {
        EventFilter.Exception<InvalidCastException>().Mute(() =>
        {
            Persist("a");
            store.NextCommit().Fail(new InvalidCastException());
            var probe = store.NextCommit();
            Assert.IsType<ProbeWrite>(Assert.Single(probe.Commands));
            probe.Fail(new InvalidCastException());
            Assert.IsType<NotStored>(ExpectMsg<Persisted>().Items[0].Outcome);
        });
    }

    [Promise("P6")]
    [Fact]
    public void A_full_queue_rejects_more_commands_and_keeps_the_queued_ones()
    {
        Persist("running");
        var running = store.NextCommit();
        for (var i = 0; i < 7; i++) Persist($"{i}");
        Assert.IsType<StoreBusy>(ExpectMsg<Persisted>().Items[0].Outcome);
        Assert.IsType<StoreBusy>(ExpectMsg<Persisted>().Items[0].Outcome);
        running.Succeed();
        Assert.Equal(5, store.NextCommit().Commands.Count);
    }

    [Fact]
    public void Flush_is_answered_when_no_command_waits()
    {
        Persist("a");
        var first = store.NextCommit();
        Persist("b");
        persistence.Tell(Flush.Instance);
        first.Succeed();
        ExpectMsg<Persisted>();
        var second = store.NextCommit();
        ExpectNoMsg(50);
        second.Succeed();
        ExpectMsg<Persisted>();
        ExpectMsg<Flushed>();
        persistence.Tell(Flush.Instance);
        ExpectMsg<Flushed>();
    }

    [Fact]
    public void The_duration_of_a_commit_is_recorded()
    {
        var durations = new ConcurrentBag<double>(); // those of other specs as well
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, meters) =>
            {
                if (instrument.Name == "actorchat.commit.duration") meters.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, duration, _, _) => durations.Add(duration));
        listener.Start();
        Persist("a");
        var commit = store.NextCommit();
        time.Advance(TimeSpan.FromMilliseconds(1234.5));
        commit.Succeed();
        ExpectMsg<Persisted>();
        Assert.Contains(1234.5, durations);
    }
}
