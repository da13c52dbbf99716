using System.Diagnostics;
using ActorChat.Actors.Telemetry;
using Akka.Actor;
using Akka.Event;

namespace ActorChat.Actors.Persistence;

/// <summary>
/// The only writer. Made once, under /user, and stopped last.
/// It owns the queue of what waits for the store: while one commit runs, everything that arrives becomes the next one, so a commit
/// grows with the load and nobody waits for a timer. Nobody is answered before the commit that holds their command has ended.
/// The queue is bounded: beyond it the answer is <see cref="StoreBusy"/>.
/// When the store fails, everything in that commit is answered <see cref="NotStored"/> and the next one is tried as if nothing had been.
/// </summary>
public sealed class PersistenceActor : ReceiveActor
{
    readonly IChatStore store;
    readonly PersistenceSettings settings;
    readonly ILoggingAdapter log = Context.GetLogger();
    readonly Queue<Persist> waiting = new();
    readonly List<IActorRef> flushing = [];
    List<Persist>? running;
    long startedAt;

    public PersistenceActor(IChatStore store, PersistenceSettings settings)
    {
        this.store = store;
        this.settings = settings;
        Receive<Persist>(request =>
        {
            Enqueue(request);
            CommitNext();
        });
        Receive<PersistAll>(all =>
        {
            foreach (var request in all.Requests) Enqueue(request);
            CommitNext();
        });
        Receive<ProbeStore>(_ =>
        {
            Enqueue(new Persist(new ProbeWrite(), Sender));
            CommitNext();
        });
        Receive<CommitEnded>(OnEnded);
        Receive<CommitFailed>(OnFailed);
        Receive<Flush>(_ =>
        {
            flushing.Add(Sender);
            AnswerFlush();
        });
    }

    public static Props PropsFor(IChatStore store, PersistenceSettings settings) => Props.Create(() => new PersistenceActor(store, settings));

    void Enqueue(Persist request)
    {
        if (waiting.Count >= settings.QueueLimit)
        {
            ChatMetrics.StoreRefusals.Add(1);
            request.ReplyTo.Tell(new Persisted([new PersistedItem(request.Command, request.Tag, new StoreBusy())]));
            return;
        }
        waiting.Enqueue(request);
    }

    void CommitNext()
    {
        ChatMetrics.StoreQueue(waiting.Count);
        if (running is not null || waiting.Count == 0) return;
        var batch = new List<Persist>(Math.Min(waiting.Count, settings.MaxBatch));
        var commands = new List<StoreCommand>(batch.Capacity);
        while (batch.Count < settings.MaxBatch && waiting.TryDequeue(out var next))
        {
            batch.Add(next);
            commands.Add(next.Command);
        }
        running = batch;
        startedAt = Stopwatch.GetTimestamp();
        store.CommitAsync(commands, CancellationToken.None)
            .PipeTo(Self, success: outcomes => new CommitEnded(outcomes), failure: cause => new CommitFailed(cause));
    }

    void OnEnded(CommitEnded ended)
    {
        ChatMetrics.Commit(running!.Count, Stopwatch.GetElapsedTime(startedAt));
        Answer(i => ended.Outcomes[i]);
    }

    void OnFailed(CommitFailed failed)
    {
        ChatMetrics.StoreFailures.Add(1);
        if (failed.Cause is StoreUnavailableException or StoreOutcomeUnknownException)
            log.Warning("A commit of {0} failed: {1}", running!.Count, failed.Cause.Message);
        else
            log.Error(failed.Cause, "A commit of {0} failed in a way that no store should fail", running!.Count);
        var outcome = new NotStored(failed.Cause.Message);
        Answer(_ => outcome);
    }

    // One message for each asker, so that a conversation sees a commit as one thing.
    void Answer(Func<int, StoreOutcome> outcomeOf)
    {
        var batch = running!;
        running = null;
        var answers = new Dictionary<IActorRef, List<PersistedItem>>();
        for (var i = 0; i < batch.Count; i++)
        {
            var (command, replyTo, tag) = batch[i];
            if (!answers.TryGetValue(replyTo, out var items)) answers.Add(replyTo, items = new List<PersistedItem>(batch.Count - i));
            items.Add(new PersistedItem(command, tag, outcomeOf(i)));
        }
        CommitNext(); // the disk works while the outcomes are announced
        foreach (var (replyTo, items) in answers) replyTo.Tell(new Persisted(items));
        AnswerFlush();
    }

    void AnswerFlush()
    {
        if (running is not null) return;
        foreach (var asker in flushing) asker.Tell(Flushed.Instance);
        flushing.Clear();
    }

    sealed record CommitEnded(IReadOnlyList<StoreOutcome> Outcomes);

    sealed record CommitFailed(Exception Cause);
}
