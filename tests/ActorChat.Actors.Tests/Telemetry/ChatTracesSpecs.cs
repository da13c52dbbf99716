using System.Diagnostics;
using System.Runtime.CompilerServices;
using ActorChat.Actors.Agents;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Telemetry;
using ActorChat.Actors.Tests.Conversations;
using ActorChat.Actors.Tests.Persistence;
using ActorChat.Domain;
using Akka.Actor;
using Microsoft.Extensions.AI;

namespace ActorChat.Actors.Tests.Telemetry;

/// <summary>The spans of commits and answers, through the actors that make them.</summary>
[Collection(RecordedSpans.Name)]
public sealed class ChatTracesSpecs : ConversationSpecs
{
    const string Secret = "secret";

    readonly RecordedSpans spans = new();

    protected override void AfterAll()
    {
        base.AfterAll();
        spans.Dispose();
    }

    /// <summary>A model that answers at once, and notes the span in which it was asked.</summary>
    sealed class PromptModel : IChatClient
    {
        public ActivityContext AskedIn { get; private set; }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null,
                [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            AskedIn = Activity.Current?.Context ?? default;
            await Task.Yield();
            yield return new ChatResponseUpdate(ChatRole.Assistant, $"It is a {Secret}.");
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null,
            CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("Answers are streamed.");

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    IActorRef Persistence() => Sys.ActorOf(PersistenceActor.PropsFor(store, new PersistenceOptions(), TimeProvider.System));

    static Persist Message(IActorRef replyTo, string text) =>
        new(new AppendMessage(ConversationId.Default, Ann, MessageKind.User, text, null), replyTo);

    static object? Tag(Activity span, string name) => span.GetTagItem(name);

    [Fact]
    public void A_commit_is_one_span_with_its_number_of_commands_and_its_outcome()
    {
        Persistence().Tell(new PersistAll([Message(TestActor, "a"), Message(TestActor, "b")]));
        Assert.Empty(spans.All);
        store.NextCommit().Succeed();
        var span = spans.Of(ExpectMsg<Persisted>().Trace);
        Assert.Equal((ChatTraces.Commit, 2, "stored", ActivityStatusCode.Unset),
            (span.OperationName, Tag(span, ChatTraces.Commands), Tag(span, ChatTraces.Outcome), span.Status));
        Assert.Equal((null, 0), (span.ParentId, span.Links.Count()));
    }

    [Fact]
    public void A_commit_that_fails_is_an_error()
    {
        Persistence().Tell(Message(TestActor, "a"));
        store.NextCommit().Fail(new StoreUnavailableException("away"));
        var span = spans.Of(ExpectMsg<Persisted>().Trace);
        Assert.Equal(("unavailable", ActivityStatusCode.Error), (Tag(span, ChatTraces.Outcome), span.Status));
    }

    [Fact]
    public void An_answer_is_one_span_linked_to_the_commit_of_its_question_and_the_commits_of_the_answer_are_linked_to_it()
    {
        var (session, model) = (CreateTestProbe(), new PromptModel());
        Subscribe(session, Ann);
        conversation.Value.Tell(Post(session, Ann, $"/AIBot what is a {Secret}?"));
        store.NextCommit().Succeed();
        var ask = agent.ExpectMsg<AskAgent>();
        var bot = Sys.ActorOf(AiAgentActor.PropsFor(new AgentServices(model, "prompt", CreateTestProbe().Ref, new AnswerOptions())));
        bot.Tell(ask with { Conversations = conversation.Value });
        store.NextCommit().Succeed(); // its beginning
        store.NextCommit().Succeed(); // its end

        var answer = spans.Single(ChatTraces.Answer);
        Assert.Equal(ChatTraces.Commit, spans.Of(ask.Trace).OperationName);
        Assert.Equal(ask.Trace, Assert.Single(answer.Links).Context);
        Assert.Equal(("done", ActivityStatusCode.Unset), (Tag(answer, ChatTraces.Outcome), answer.Status));
        Assert.Equal(answer.Context, model.AskedIn);
        Assert.Equal(2, spans.All.Count(span =>
            span.OperationName == ChatTraces.Commit && span.Links.Any(link => link.Context == answer.Context)));
        foreach (var span in spans.All)
            Assert.DoesNotContain(span.TagObjects, tag =>
                tag.Value?.ToString() is { } value
                && (value.Contains(Secret, StringComparison.Ordinal) || value.Contains("ann", StringComparison.Ordinal)));
    }

    [Fact]
    public void Without_a_listener_there_is_no_span_and_nothing_is_allocated()
    {
        spans.Dispose();
        IReadOnlyList<Persist> batch = [Message(TestActor, "a")];
        Commit(batch); // compiled before it is measured
        var before = GC.GetAllocatedBytesForCurrentThread();
        Commit(batch);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Commit(IReadOnlyList<Persist> batch)
        {
            var span = ChatTraces.StartCommit(batch);
            using (span.AsParent()) Assert.Null(span);
            span.End("stored", isError: false);
        }
    }
}
