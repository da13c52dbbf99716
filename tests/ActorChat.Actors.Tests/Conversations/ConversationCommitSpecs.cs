using ActorChat.Actors.Conversations;
using ActorChat.Actors.Persistence;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.TestKit;

namespace ActorChat.Actors.Tests.Conversations;

/// <summary>Posted messages: their commits, receipts and delivery.</summary>
public class ConversationCommitSpecs : ConversationSpecs
{
    [Promise("P1")]
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

    [Promise("P3")]
    [Fact]
    public void All_subscribers_get_the_same_buffer_once_per_commit()
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
        FrameBatch ofAnn = ann.ExpectMsg<Delivered>().Frames, ofBob = bob.ExpectMsg<Delivered>().Frames,
            ofEve = eve.ExpectMsg<Delivered>().Frames;
        Assert.Equal([2, 3, 4, 5, 6], Seqs(ofAnn));
        Assert.Same(ofAnn, ofBob);
        Assert.Same(ofAnn, ofEve);
    }

    [Fact]
    public void Messages_posted_during_a_commit_wait_and_form_one_batch()
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
    public void A_batch_contains_all_messages_that_are_already_in_the_mailbox()
    {
        var persistence = CreateTestProbe();
        var loading = new TaskCompletionSource();
        store.BeforeLoading = loading.Task;
        var services = new ConversationServices(store, persistence.Ref, agent.Ref, new ConversationOptions { Tail = 10,
            ClassicHistory = 10, BotContext = 3, PassivateAfter = TimeSpan.FromMinutes(1), AnswerOwedAfter = TimeSpan.FromMinutes(1) },
            SilentBus.Instance);
        var actor = Sys.ActorOf(ConversationActor.PropsFor(ConversationId.Default, services));
        var session = CreateTestProbe();
        for (var i = 1; i <= 20; i++) actor.Tell(Post(session, Ann, $"early {i}", request: i));
        loading.SetResult(); // by now all of them are in its mailbox
        Assert.Equal(20, persistence.ExpectMsg<PersistAll>().Requests.Count);

        actor.Tell(Post(session, Ann, "during the commit"));
        persistence.ExpectNoMsg(100);
    }

    [Promise("P2")]
    [Fact]
    public void A_repeated_key_returns_the_first_seq_to_its_sender_and_is_delivered_to_nobody()
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

    [Promise("P8")]
    [Fact]
    public void An_unavailable_store_refuses_the_message_and_the_next_one_is_stored()
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
    public void A_reply_to_a_missing_message_is_refused_and_not_stored()
    {
        var session = CreateTestProbe();
        Subscribe(session, Ann);
        conversation.Value.Tell(Post(session, Ann, "re") with { ReplyTo = 9 });
        Assert.Equal(ErrorCode.NotFound, Assert.Single(session.ExpectMsg<Delivered>().Receipts).Refusal!.Code);
        Assert.False(store.HasCommit);
    }

    [Fact]
    public void Messages_waiting_behind_a_failed_commit_are_refused_with_it()
    {
        var ann = CreateTestProbe();
        Subscribe(ann, Ann);
        conversation.Value.Tell(Post(ann, Ann, "first"));
        var commit = store.NextCommit();
        for (var i = 2; i <= 3; i++) conversation.Value.Tell(Post(ann, Ann, $"behind it {i}", request: i));
        conversation.Value.Tell(new NoteTyping(ConversationId.Default, Bob));
        ann.ExpectMsg<DeliveredEphemeral>(); // by now the messages before it wait for the commit
        commit.Fail(new StoreUnavailableException("locked"));

        var receipts = ann.ExpectMsg<Delivered>().Receipts;

        Assert.Equal([1L, 2, 3], receipts.Select(r => r.Request!.Value));
        Assert.All(receipts, r => Assert.Equal(ErrorCode.Unavailable, r.Refusal!.Code));
        conversation.Value.Tell(Post(ann, Ann, "now", request: 4));
        store.NextCommit().Succeed();
        Assert.Equal(1, Assert.Single(ann.ExpectMsg<Delivered>().Receipts).Seq);
    }
}
