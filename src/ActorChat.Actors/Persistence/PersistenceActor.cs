using System.Diagnostics;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using Akka.Actor;
using Akka.Event;

namespace ActorChat.Actors.Persistence;

/// <summary>
/// The only writer of the store. Created once, under /user, and stopped last.
/// It owns the queue of commands for the store: everything that arrives during a commit becomes the next commit, so the size of a commit
/// grows with the load and nobody waits for a timer. No command is answered before its commit has ended.
/// The queue is bounded: when it is full, the answer is <see cref="StoreBusy"/>.
/// When the store is unavailable, the commit and everything queued behind it are answered with <see cref="NotStored"/>; later commands are
/// tried as usual.
/// When the store fails in an unexpected way, one command may be the cause: the batch is halved until that command is alone. If the store
/// works without it, it is refused, and its neighbours are stored.
/// </summary>
public sealed class PersistenceActor : ReceiveActor
{
    readonly IChatStore store;
    readonly PersistenceOptions settings;
    readonly TimeProvider time;
    readonly ILoggingAdapter log = Context.GetLogger();
    readonly Queue<Persist> waiting = new();
    readonly List<IActorRef> flushing = [];
    readonly Stack<List<Persist>> halves = new(); // parts of a batch that failed; they come before the queue
    List<Persist>? running;
    Persist? suspect; // a command that failed alone; the store is being probed without it
    Activity? span;
    long startedAt;

    public PersistenceActor(IChatStore store, PersistenceOptions settings, TimeProvider time)
    {
        this.store = store;
        this.settings = settings;
        this.time = time;
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

    public static Props PropsFor(IChatStore store, PersistenceOptions settings, TimeProvider time) =>
        Props.Create(() => new PersistenceActor(store, settings, time));

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
        if (running is not null) return;
        if (halves.TryPop(out var half))
        {
            Commit(half);
            return;
        }
        if (waiting.Count == 0) return;
        var batch = new List<Persist>(Math.Min(waiting.Count, settings.MaxBatch));
        while (batch.Count < settings.MaxBatch && waiting.TryDequeue(out var next)) batch.Add(next);
        Commit(batch);
    }

    void Commit(List<Persist> batch)
    {
        var commands = new List<StoreCommand>(batch.Count);
        foreach (var request in batch) commands.Add(request.Command);
        running = batch;
        startedAt = time.GetTimestamp();
        span = ChatTraces.StartCommit(batch);
        using var parent = span.AsParent();
        store.CommitAsync(commands, CancellationToken.None)
            .PipeTo(Self, success: outcomes => new CommitEnded(outcomes), failure: cause => new CommitFailed(cause));
    }

    void OnEnded(CommitEnded ended)
    {
        ChatMetrics.Commit(running!.Count, time.GetElapsedTime(startedAt));
        span.End("stored", isError: false);
        if (suspect is null) Answer(i => ended.Outcomes[i]);
        else AnswerSuspect(new CommandRefused("the store fails with this command and works without it"));
        store.Announced();
    }

    void OnFailed(CommitFailed failed)
    {
        ChatMetrics.StoreFailures.Add(1);
        var result = failed.Cause switch
        {
            StoreUnavailableException => "unavailable",
            StoreOutcomeUnknownException => "unknown",
            _ => "failed",
        };
        span.End(result, isError: true);
        var outcome = new NotStored(failed.Cause.Message);
        if (suspect is not null)
        {
            log.Error(failed.Cause, "The store fails with every command");
            AnswerSuspect(outcome);
        }
        else if (failed.Cause is StoreUnavailableException or StoreOutcomeUnknownException)
        {
            log.Warning("A commit of {0} failed: {1}", running!.Count, failed.Cause.Message);
            // An unavailable store may take seconds to fail. Whoever waited through one such commit must not wait through another.
            foreach (var half in halves) running.AddRange(half);
            running.AddRange(waiting);
            halves.Clear();
            waiting.Clear();
            Answer(_ => outcome);
        }
        else
        {
            log.Error(failed.Cause, "A commit of {0} failed unexpectedly; looking for the command that causes it", running!.Count);
            FindWhichFailed(running);
        }
    }

    void FindWhichFailed(List<Persist> batch)
    {
        running = null;
        if (batch.Count == 1)
        {
            suspect = batch[0];
            Commit([new Persist(new ProbeWrite(), Self)]);
            return;
        }
        var middle = batch.Count / 2;
        halves.Push(batch[middle..]);
        halves.Push(batch[..middle]);
        CommitNext();
    }

    void AnswerSuspect(StoreOutcome outcome)
    {
        running = [suspect!];
        suspect = null;
        Answer(_ => outcome);
    }

    // One message to each asker, so that a conversation handles a commit as a unit.
    void Answer(Func<int, StoreOutcome> outcomeOf)
    {
        var batch = running!;
        var trace = span?.Context ?? default;
        running = null;
        var answers = new Dictionary<IActorRef, List<PersistedItem>>();
        for (var i = 0; i < batch.Count; i++)
        {
            var (command, replyTo, tag) = batch[i];
            if (!answers.TryGetValue(replyTo, out var items)) answers.Add(replyTo, items = new List<PersistedItem>(batch.Count - i));
            items.Add(new PersistedItem(command, tag, outcomeOf(i)));
        }
        CommitNext(); // the next commit runs while these outcomes are delivered
        foreach (var (replyTo, items) in answers) replyTo.Tell(new Persisted(items, trace));
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
