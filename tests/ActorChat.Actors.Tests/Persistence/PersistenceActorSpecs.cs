using ActorChat.Actors.Persistence;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace ActorChat.Actors.Tests.Persistence;

public class PersistenceActorSpecs : TestKit
{
    readonly HeldStore store = new();
    readonly IActorRef persistence;

    public PersistenceActorSpecs() => persistence = Sys.ActorOf(PersistenceActor.PropsFor(store, new PersistenceSettings(MaxBatch: 100, QueueLimit: 5)));

    static AppendMessage Message(string text) => new(ConversationId.Default, HeldStore.Ann, MessageKind.User, text, null);

    void Persist(string text) => persistence.Tell(new Persist(Message(text), TestActor, text));

    static string[] TextsOf(HeldStore.Held commit) => [.. commit.Commands.Cast<AppendMessage>().Select(m => m.Text)];

    [Fact]
    public void Nobody_is_answered_before_the_commit_has_ended()
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
    public void What_arrives_during_a_commit_is_the_next_one_whole_and_in_order()
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
    public void One_commit_is_one_message_for_each_who_asked()
    {
        var other = CreateTestProbe();
        persistence.Tell(new PersistAll([
            new Persist(Message("a"), TestActor, 1), new Persist(Message("b"), other.Ref, 2), new Persist(Message("c"), TestActor, 3),
        ]));
        store.NextCommit().Succeed();
        Assert.Equal([1, 3], ExpectMsg<Persisted>().Items.Select(i => (int)i.Tag!));
        Assert.Equal([2], other.ExpectMsg<Persisted>().Items.Select(i => (int)i.Tag!));
    }

    [Fact]
    public void A_store_that_is_away_answers_everybody_and_is_tried_again()
    {
        persistence.Tell(new PersistAll([new Persist(Message("a"), TestActor), new Persist(Message("b"), TestActor)]));
        store.NextCommit().Fail(new StoreUnavailableException("locked"));
        Assert.All(ExpectMsg<Persisted>().Items, item => Assert.IsType<NotStored>(item.Outcome));
        Persist("c");
        store.NextCommit().Succeed();
        Assert.IsType<MessageAppended>(ExpectMsg<Persisted>().Items[0].Outcome);
    }

    [Fact]
    public void A_full_queue_refuses_what_is_too_much_and_keeps_the_rest()
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
    public void Flushed_is_said_when_nothing_waits_any_more()
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
}
