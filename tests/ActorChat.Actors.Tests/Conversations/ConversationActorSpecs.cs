using ActorChat.Actors.Agents;
using ActorChat.Actors.Conversations;
using ActorChat.Domain;
using Akka.Actor;
using Akka.TestKit;

namespace ActorChat.Actors.Tests.Conversations;

/// <summary>The lines, typing events and answers that a conversation sends to its subscribers, and its end.</summary>
public class ConversationActorSpecs : ConversationSpecs
{
    [Fact]
    public void A_typing_event_is_delivered_to_the_other_users_only()
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
    public void A_classic_session_gets_the_lines_of_other_sessions_but_not_its_own()
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
    public void A_question_is_sent_to_the_bot_after_its_commit_with_the_messages_before_it()
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
    public void An_answer_begins_and_ends_in_the_log_and_grows_by_ephemeral_events()
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
        Assert.Equal(("answered", 2, 1),
            (end.GetProperty("type").GetString(), end.GetProperty("seq").GetInt32(), end.GetProperty("message").GetInt32()));

        var newest = Read(Subscribe(CreateTestProbe(), Bob).Opening)[0].GetProperty("messages")[0];
        Assert.Equal(("done", "Hello"), (newest.GetProperty("state").GetString(), newest.GetProperty("text").GetString()));
    }

    [Fact]
    public void A_conversation_that_stops_notifies_its_sessions()
    {
        var session = CreateTestProbe();
        Subscribe(session, Ann);
        Sys.Stop(conversation.Value);
        session.ExpectMsg<ConversationEnded>();
    }

    [Fact]
    public void A_session_that_has_ended_is_sent_nothing_more()
    {
        TestProbe ann = CreateTestProbe(), gone = CreateTestProbe();
        Subscribe(ann, Ann);
        Subscribe(gone, Bob);
        Sys.Stop(gone.Ref);
        AwaitAssert(() =>
        {
            EventFilter.DeadLetter<DeliveredEphemeral>().Expect(0, TimeSpan.FromMilliseconds(300), () =>
            {
                conversation.Value.Tell(new NoteTyping(ConversationId.Default, new Author(new UserId("u-eve"), "eve")));
                ann.ExpectMsg<DeliveredEphemeral>();
            });
        });
    }
}
