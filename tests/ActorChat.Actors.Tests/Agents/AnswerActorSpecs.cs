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

    /// <summary>A model that streams the text that the spec writes.</summary>
    sealed class ScriptedModel : IChatClient
    {
        readonly Channel<ChatResponseUpdate> updates = Channel.CreateUnbounded<ChatResponseUpdate>();

        public bool WasCancelled { get; private set; }

        public void Write(string text) => updates.Writer.TryWrite(new ChatResponseUpdate(ChatRole.Assistant, text));

        public void Complete(Exception? error = null) => updates.Writer.Complete(error);

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null,
                [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            try
            {
                await foreach (var update in updates.Reader.ReadAllAsync(cancellationToken)) yield return update;
            }
            finally
            {
                WasCancelled = cancellationToken.IsCancellationRequested;
            }
        }

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("Answers are streamed.");

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    IActorRef StartAgent(int atOnce = 1, int queue = 1, int timeoutMs = 120_000, int maxChars = 1000) =>
        Sys.ActorOf(AiAgentActor.PropsFor(new AgentServices(
        model, "scripted", persistence.Ref,
        new AnswerOptions { AtOnce = atOnce, QueueLimit = queue, DeltaInterval = TimeSpan.FromMilliseconds(20),
            SaveInterval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromMilliseconds(timeoutMs), MaxChars = maxChars,
            ContextChars = 1000 })));

    AskAgent Question(long seq = 5) => new(
        conversations.Ref, new Message(ConversationId.Default, seq, HeldStore.Ann, MessageKind.User, "/AIBot why?", HeldStore.Noon), "why?",
            []);

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
        Begin(StartAgent());
        model.Write("Because ");
        var first = conversations.ExpectMsg<AnswerGrew>();
        Assert.Equal((6, 0, "Because "), (first.MessageSeq, first.Offset, first.Text));
        model.Write("it is.");
        var second = conversations.ExpectMsg<AnswerGrew>();
        Assert.Equal((8, "it is."), (second.Offset, second.Text));
        model.Complete();
        var end = conversations.ExpectMsg<FinishAnswer>();
        Assert.Equal((6, AnswerState.Done, "Because it is."), (end.End.MessageSeq, end.End.State, end.End.Text));
    }

    [Fact]
    public void The_text_so_far_is_saved_while_the_answer_runs()
    {
        Begin(StartAgent());
        model.Write("so far");
        var saved = persistence.FishForMessage<Persist>(p => p.Command is SaveAnswerSoFar { Text: "so far" });
        Assert.Equal(6, ((SaveAnswerSoFar)saved.Command).MessageSeq);
    }

    [Promise("P9")]
    [Fact]
    public void An_answer_keeps_its_text_and_gets_an_error_when_the_model_fails()
    {
        Begin(StartAgent());
        model.Write("half");
        conversations.ExpectMsg<AnswerGrew>();
        model.Complete(new HttpRequestException("reset"));
        var end = ExpectEnd().End;
        Assert.Equal((AnswerState.Failed, "half"), (end.State, end.Text));
        Assert.NotNull(end.Error);
    }

    [Promise("P9")]
    [Fact]
    public void An_answer_that_exceeds_its_timeout_fails_and_cancels_the_model()
    {
        model.Write("and"); // written first, so that it has the whole timeout to arrive
        Begin(StartAgent(timeoutMs: 3000));
        conversations.ExpectMsg<AnswerGrew>();
        var end = ExpectEnd().End;
        Assert.Equal(AnswerState.Failed, end.State);
        AwaitAssert(() => Assert.True(model.WasCancelled));
    }

    [Promise("P9")]
    [Fact]
    public void An_answer_that_exceeds_its_length_limit_is_cut_and_fails()
    {
        Begin(StartAgent(maxChars: 50));
        for (var i = 0; i < 100; i++) model.Write("and on ");
        var end = ExpectEnd().End;
        Assert.Equal(AnswerState.Failed, end.State);
        Assert.InRange(end.Text.Length, 40, 50);
    }

    [Promise("P9")]
    [Fact]
    public void An_end_that_could_not_be_stored_is_retried()
    {
        Begin(StartAgent());
        model.Write("x");
        model.Complete();
        var first = ExpectEnd();
        first.ReplyTo.Tell(AnswerNotFinished.Instance);
        Assert.Equal(first.End, ExpectEnd().End);
    }

    [Promise("P9")]
    [Fact]
    public void A_crashed_answer_ends_as_failed_and_then_stops_because_its_question_is_answered()
    {
        // Without a persistence actor the answer crashes when it first saves its text, which is after it published that text.
        var agent = Sys.ActorOf(AiAgentActor.PropsFor(new AgentServices(model, "scripted", null!, new AnswerOptions { AtOnce = 1,
            QueueLimit = 1, DeltaInterval = TimeSpan.FromMilliseconds(20), SaveInterval = TimeSpan.FromSeconds(5),
            Timeout = TimeSpan.FromMinutes(2), MaxChars = 1000, ContextChars = 1000 })));
        model.Write("so far");
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
    public void An_answered_question_is_not_answered_again()
    {
        var agent = StartAgent();
        agent.Tell(Question());
        conversations.ExpectMsg<BeginAnswer>().ReplyTo.Tell(new AnswerNotBegun(Retry: false));
        agent.Tell(Question(seq: 7));
        Assert.Equal(7, conversations.ExpectMsg<BeginAnswer>().RequestSeq);
    }

    [Promise("P9")]
    [Fact]
    public void Questions_queue_up_to_the_limit_and_the_next_one_gets_a_failed_answer()
    {
        var agent = StartAgent(atOnce: 1, queue: 1);
        Begin(agent);
        agent.Tell(Question(seq: 7));
        agent.Tell(Question(seq: 8));
        var refused = conversations.ExpectMsg<BeginAnswer>();
        Assert.Equal(8, refused.RequestSeq);
        refused.ReplyTo.Tell(new AnswerBegun(9));
        var end = ExpectEnd();
        Assert.Equal((9, AnswerState.Failed), (end.End.MessageSeq, end.End.State));
        end.ReplyTo.Tell(AnswerFinished.Instance);
        conversations.ExpectNoMsg(100); // a refused question frees no place
        model.Write("done");
        model.Complete();
        ExpectEnd().ReplyTo.Tell(AnswerFinished.Instance);
        Assert.Equal(7, conversations.FishForMessage<BeginAnswer>(_ => true).RequestSeq);
    }
}
