using System.Diagnostics;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.AI;

namespace ActorChat.Actors.Agents;

/// <summary>
/// One answer of the bot, from its durable beginning to its durable end. A child of <see cref="AiAgentActor"/>; it stops when the end is
/// stored. A task reads the model's stream and sends it here as messages, so the mailbox stays free. All text within an interval becomes
/// one delta, and the text so far is saved about once a second. Whatever happens, the answer ends and keeps its text.
/// </summary>
sealed class AnswerActor : ReceiveActor, IWithTimers
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // A conversation that failed may have lost the request. Ending an answer twice changes nothing.
    static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(10);

    readonly AskAgent ask;
    readonly AgentServices services;
    readonly string? refusal;
    readonly ILoggingAdapter log = Context.GetLogger();
    readonly AnswerPrompt prompt;
    readonly AnswerText text;
    readonly CancellationTokenSource stop = new();
    readonly Activity? span;
    long seq;
    EndAnswer? end;

    public AnswerActor(AskAgent ask, AgentServices services, string? refusal)
    {
        this.ask = ask;
        this.services = services;
        this.refusal = refusal;
        prompt = AnswerPrompt.For(ask, services.Options.ContextChars);
        text = new AnswerText(services.Options.MaxChars);
        span = ChatTraces.StartAnswer(ask.Trace);
        Receive<Begin>(_ => OnBegin());
        Receive<AnswerBegun>(OnBegun);
        Receive<AnswerNotBegun>(OnNotBegun);
        Receive<Chunk>(OnChunk);
        Receive<DeltaDue>(_ => PublishDelta());
        Receive<SaveDue>(_ => services.Persistence.Tell(new Persist(new SaveAnswerSoFar(Conversation, seq, text.Text), ActorRefs.Nobody)));
        Receive<StreamEnded>(OnStreamEnded);
        Receive<StreamFailed>(OnStreamFailed);
        Receive<TimedOut>(_ => Finish(AnswerState.Failed, error: "The answer took too long."));
        Receive<AnswerFinished>(_ => Context.Stop(Self));
        Receive<AnswerNotFinished>(_ => Timers.StartSingleTimer(nameof(RepeatFinish), RepeatFinish.Instance, RetryAfter));
        Receive<RepeatFinish>(_ => TellEnd());
    }

    /// <param name="refusal">Why the question gets no answer; null to answer it.</param>
    public static Props PropsFor(AskAgent ask, AgentServices services, string? refusal) =>
        Props.Create(() => new AnswerActor(ask, services, refusal));

    public ITimerScheduler Timers { get; set; } = null!;

    ActivityContext Trace => span?.Context ?? default;

    ConversationId Conversation => ask.Asked.Conversation;

    protected override void PreStart() => OnBegin();

    protected override void PreRestart(Exception reason, object message)
    {
        if (seq > 0 && end is null)
            ask.Conversations.Tell(new FinishAnswer(
                new EndAnswer(Conversation, seq, AnswerState.Failed, text.Text, null, "The answer failed."), ActorRefs.Nobody, Trace));
        span.End(EventWriter.NameOf(AnswerState.Failed), isError: true);
        base.PreRestart(reason, message);
    }

    protected override void PostStop()
    {
        stop.Cancel();
        stop.Dispose();
        span.End(end is null ? "abandoned" : EventWriter.NameOf(end.State), isError: end is { State: AnswerState.Failed });
    }

    void OnBegin()
    {
        var answer = new Answer(AnswerState.Running, services.Model, prompt.Context);
        ask.Conversations.Tell(new BeginAnswer(Conversation, ask.Asked.Seq, answer, Self, Trace));
        Timers.StartSingleTimer(nameof(Begin), Begin.Instance, RepeatAfter);
    }

    void OnBegun(AnswerBegun begun)
    {
        if (seq > 0) return;
        Timers.Cancel(nameof(Begin));
        seq = begun.MessageSeq;
        if (refusal is not null)
        {
            Finish(AnswerState.Failed, error: refusal);
            return;
        }
        Timers.StartSingleTimer(nameof(TimedOut), TimedOut.Instance, services.Options.Timeout);
        Timers.StartPeriodicTimer(nameof(SaveDue), SaveDue.Instance, services.Options.SaveInterval);
        var (self, token) = (Self, stop.Token); // read here: the task runs on another thread
        using var parent = span.AsParent();
        Task.Run(() => Stream(services.Client, prompt, self, token), token)
            .PipeTo(self, success: usage => new StreamEnded(usage), failure: cause => new StreamFailed(cause));
    }

    void OnNotBegun(AnswerNotBegun refused)
    {
        if (seq > 0) return;
        if (refused.Retry) Timers.StartSingleTimer(nameof(Begin), Begin.Instance, RetryAfter);
        else Context.Stop(Self); // the question already has an answer
    }

    static async Task<AnswerUsage?> Stream(IChatClient client, AnswerPrompt prompt, IActorRef self, CancellationToken stop)
    {
        AnswerUsage? usage = null;
        await foreach (var update in client.GetStreamingResponseAsync(prompt.Messages, null, stop))
        {
            if (update.Text is { Length: > 0 } said) self.Tell(new Chunk(said), ActorRefs.NoSender);
            foreach (var content in update.Contents)
                if (content is UsageContent { Details: { InputTokenCount: { } input, OutputTokenCount: { } output } })
                    usage = new AnswerUsage(input, output);
        }
        return usage;
    }

    // After a restart, chunks of the former incarnation's stream may still arrive. They do not belong to this answer.
    bool IsStreaming => seq > 0 && end is null;

    void OnChunk(Chunk chunk)
    {
        if (!IsStreaming) return;
        text.Append(chunk.Text);
        if (text.IsFull) Finish(AnswerState.Failed, error: "The answer was too long.");
        else if (!Timers.IsTimerActive(nameof(DeltaDue)))
            Timers.StartSingleTimer(nameof(DeltaDue), DeltaDue.Instance, services.Options.DeltaInterval);
    }

    void PublishDelta()
    {
        if (text.TakeNew() is var (offset, piece)) ask.Conversations.Tell(new AnswerGrew(Conversation, seq, offset, piece));
    }

    void OnStreamEnded(StreamEnded ended)
    {
        if (!IsStreaming) return;
        if (string.IsNullOrWhiteSpace(text.Text)) Finish(AnswerState.Failed, error: "The model gave no answer.");
        else Finish(AnswerState.Done, ended.Usage);
    }

    void OnStreamFailed(StreamFailed failed)
    {
        if (!IsStreaming) return; // the answer has ended already
        log.Warning("The model's stream failed: {0}", failed.Cause.GetType().Name);
        Finish(AnswerState.Failed, error: "The model could not be reached or broke off.");
    }

    void Finish(AnswerState state, AnswerUsage? usage = null, string? error = null)
    {
        if (end is not null) return;
        stop.Cancel();
        Timers.CancelAll();
        PublishDelta();
        end = new EndAnswer(Conversation, seq, state, text.Text, usage, error);
        ChatMetrics.Answers.Add(1, new KeyValuePair<string, object?>("state", EventWriter.NameOf(state)));
        TellEnd();
    }

    void TellEnd()
    {
        ask.Conversations.Tell(new FinishAnswer(end!, Self, Trace));
        Timers.StartSingleTimer(nameof(RepeatFinish), RepeatFinish.Instance, RepeatAfter);
    }

    sealed record Begin { public static readonly Begin Instance = new(); }

    sealed record Chunk(string Text);

    sealed record DeltaDue { public static readonly DeltaDue Instance = new(); }

    sealed record SaveDue { public static readonly SaveDue Instance = new(); }

    sealed record TimedOut { public static readonly TimedOut Instance = new(); }

    sealed record RepeatFinish { public static readonly RepeatFinish Instance = new(); }

    sealed record StreamEnded(AnswerUsage? Usage);

    sealed record StreamFailed(Exception Cause);
}
