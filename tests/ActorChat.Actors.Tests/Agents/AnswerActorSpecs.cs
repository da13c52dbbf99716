using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ActorChat.Actors.Agents;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using Akka.Actor;
using Akka.TestKit;
using Microsoft.Extensions.AI;

namespace ActorChat.Actors.Tests.Agents;

public class AnswerActorSpecs : PatientTestKit
{
    readonly TestProbe conversations, persistence;
    readonly ScriptedModel model = new();

    public AnswerActorSpecs() => (conversations, persistence) = (CreateTestProbe(), CreateTestProbe());

    /// <summary>A model that says what the spec lets it say.</summary>
    sealed class ScriptedModel : IChatClient
    {
        readonly Channel<ChatResponseUpdate> said = Channel.CreateUnbounded<ChatResponseUpdate>();

        public bool WasStopped { get; private set; }

        public void Say(string text) => said.Writer.TryWrite(new ChatResponseUpdate(ChatRole.Assistant, text));

        public void End(Exception? because = null) => said.Writer.Complete(because);

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            try
            {
                await foreach (var update in said.Reader.ReadAllAsync(cancellationToken)) yield return update;
            }
            finally
            {
                WasStopped = cancellationToken.IsCancellationRequested;
            }
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("Answers are streamed.");

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    IActorRef Agent(int atOnce = 1, int queue = 1, int timeoutMs = 120_000, int maxChars = 1000) => Sys.ActorOf(AiAgentActor.PropsFor(new AgentServices(
        model, "scripted", persistence.Ref,
        new AnswerOptions { AtOnce = atOnce, QueueLimit = queue, DeltaInterval = TimeSpan.FromMilliseconds(20),
            SaveInterval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromMilliseconds(timeoutMs), MaxChars = maxChars,
            ContextChars = 1000 })));

    AskAgent Question(long seq = 5) => new(
        conversations.Ref, new Message(ConversationId.Default, seq, HeldStore.Ann, MessageKind.User, "/AIBot why?", HeldStore.Noon), "why?", []);

    void Begin(IActorRef agent, long seq = 6)
    {
        agent.Tell(Question());
        var begin = conversations.ExpectMsg<BeginAnswer>();
        Assert.Equal((5, AnswerState.Running, "scripted"), (begin.RequestSeq, begin.Answer.State, begin.Answer.Model));
        begin.ReplyTo.Tell(new AnswerBegun(seq));
    }

    FinishAnswer ExpectEnd() => conversations.FishForMessage<FinishAnswer>(_ => true, TimeSpan.FromSeconds(30));

    [Fact]
    public void An_answer_begins_grows_and_ends_in_that_order()
    {
        Begin(Agent());
        model.Say("Because ");
        var first = conversations.ExpectMsg<AnswerGrew>();
        Assert.Equal((6, 0, "Because "), (first.MessageSeq, first.Offset, first.Text));
        model.Say("it is.");
        var second = conversations.ExpectMsg<AnswerGrew>();
        Assert.Equal((8, "it is."), (second.Offset, second.Text));
        model.End();
        var end = conversations.ExpectMsg<FinishAnswer>();
        Assert.Equal((6, AnswerState.Done, "Because it is."), (end.End.MessageSeq, end.End.State, end.End.Text));
    }

    [Fact]
    public void What_is_said_so_far_is_saved_while_it_runs()
    {
        Begin(Agent());
        model.Say("so far");
        var saved = persistence.FishForMessage<Persist>(p => p.Command is SaveAnswerSoFar { Text: "so far" });
        Assert.Equal(6, ((SaveAnswerSoFar)saved.Command).MessageSeq);
    }

    [Promise("P9")]
    [Fact]
    public void A_model_that_breaks_off_leaves_its_text_and_a_reason()
    {
        Begin(Agent());
        model.Say("half");
        conversations.ExpectMsg<AnswerGrew>();
        model.End(new HttpRequestException("reset"));
        var end = ExpectEnd().End;
        Assert.Equal((AnswerState.Failed, "half"), (end.State, end.Text));
        Assert.NotNull(end.Error);
    }

    [Promise("P9")]
    [Fact]
    public void A_model_that_never_ends_fails_visibly_and_is_stopped()
    {
        model.Say("and"); // has the whole time to be heard
        Begin(Agent(timeoutMs: 3000));
        conversations.ExpectMsg<AnswerGrew>(); // it runs
        var end = ExpectEnd().End;
        Assert.Equal(AnswerState.Failed, end.State);
        AwaitAssert(() => Assert.True(model.WasStopped));
    }

    [Promise("P9")]
    [Fact]
    public void An_answer_without_end_is_cut()
    {
        Begin(Agent(maxChars: 50));
        for (var i = 0; i < 100; i++) model.Say("and on ");
        var end = ExpectEnd().End;
        Assert.Equal(AnswerState.Failed, end.State);
        Assert.InRange(end.Text.Length, 40, 50);
    }

    [Promise("P9")]
    [Fact]
    public void An_end_that_could_not_be_stored_is_tried_again()
    {
        Begin(Agent());
        model.Say("x");
        model.End();
        var first = ExpectEnd();
        first.ReplyTo.Tell(AnswerNotFinished.Instance);
        Assert.Equal(first.End, ExpectEnd().End);
    }

    [Promise("P9")]
    [Fact]
    public void An_answer_that_fails_is_ended_as_failed_and_then_finds_its_question_answered_and_stops()
    {
        // Without a store behind it, the answer fails when it would save what it has said: late enough that it has said it.
        var agent = Sys.ActorOf(AiAgentActor.PropsFor(new AgentServices(model, "scripted", null!, new AnswerOptions { AtOnce = 1,
            QueueLimit = 1, DeltaInterval = TimeSpan.FromMilliseconds(20), SaveInterval = TimeSpan.FromSeconds(5),
            Timeout = TimeSpan.FromMinutes(2), MaxChars = 1000, ContextChars = 1000 })));
        model.Say("so far");
        EventFilter.Exception<NullReferenceException>().ExpectOne(() =>
        {
            Begin(agent);
            var end = ExpectEnd().End;
            Assert.Equal((6, AnswerState.Failed, "so far"), (end.MessageSeq, end.State, end.Text));
        });
        conversations.ExpectMsg<BeginAnswer>().ReplyTo.Tell(new AnswerNotBegun(Retry: false));
        agent.Tell(Question(seq: 7));
        Assert.Equal(7, conversations.ExpectMsg<BeginAnswer>().RequestSeq);
    }

    [Promise("P9")]
    [Fact]
    public void A_question_that_was_answered_before_is_not_answered_again()
    {
        var agent = Agent();
        agent.Tell(Question());
        conversations.ExpectMsg<BeginAnswer>().ReplyTo.Tell(new AnswerNotBegun(Retry: false));
        agent.Tell(Question(seq: 7));
        Assert.Equal(7, conversations.ExpectMsg<BeginAnswer>().RequestSeq);
    }

    [Promise("P9")]
    [Fact]
    public void Questions_wait_their_turn_and_one_too_many_fails_for_all_to_see()
    {
        var agent = Agent(atOnce: 1, queue: 1);
        Begin(agent);
        agent.Tell(Question(seq: 7));
        agent.Tell(Question(seq: 8));
        var refused = conversations.ExpectMsg<BeginAnswer>();
        Assert.Equal(8, refused.RequestSeq);
        refused.ReplyTo.Tell(new AnswerBegun(9));
        var end = ExpectEnd();
        Assert.Equal((9, AnswerState.Failed), (end.End.MessageSeq, end.End.State));
        end.ReplyTo.Tell(AnswerFinished.Instance);
        conversations.ExpectNoMsg(100); // a refused one makes no room
        model.Say("done");
        model.End();
        ExpectEnd().ReplyTo.Tell(AnswerFinished.Instance);
        Assert.Equal(7, conversations.FishForMessage<BeginAnswer>(_ => true).RequestSeq);
    }
}
