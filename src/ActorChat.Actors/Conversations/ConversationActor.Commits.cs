using ActorChat.Actors.Agents;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Conversations;

/// <summary>Appending: from a request to the commit, and from the commit to the sender and the subscribers.</summary>
sealed partial class ConversationActor
{
    List<Persist> gathered = [], batch = [];
    bool turnRequested;
    int committing; // commands of the batch without an outcome yet

    void OnPost(PostMessage post)
    {
        var (entry, refusal) = state.Post(post.Sender, post.Key, post.Text, post.ReplyTo);
        if (entry is not null) Append(entry, post);
        else post.Session.Tell(new Delivered(FrameBatch.Empty, state.Head, [PostReceipt.Refused(post.Request, refusal!)]));
    }

    // One batch of this conversation commits at a time. Commands that arrive meanwhile are the next batch, so a batch grows with the load,
    // and its fan-out costs each socket one write. A batch closes behind the sessions that still write the last one or bring new messages.
    void Append(StoreCommand command, object tag)
    {
        gathered.Add(new Persist(command, Self, tag));
        RequestTurn();
    }

    void RequestTurn()
    {
        if (turnRequested || committing > 0 || gathered.Count == 0) return;
        turnRequested = true;
        WaitForTurnAsync().PipeTo(Self);
    }

    // Akka's dispatcher runs the newest work of a thread first. A yield goes to the end of the queue that all threads share, which they
    // read when they have no other work. So a batch contains what was already on its way, and on an idle server nothing waits.
    static async Task<TurnCame> WaitForTurnAsync()
    {
        await Task.Yield();
        return TurnCame.Instance;
    }

    void CommitGathered()
    {
        turnRequested = false;
        (batch, gathered) = (gathered, []);
        committing = batch.Count;
        services.Persistence.Tell(new PersistAll(batch));
    }

    // All events of one commit become one buffer of frames, and each subscriber gets one message.
    void OnPersisted(Persisted commit)
    {
        var receipts = new Dictionary<IActorRef, List<PostReceipt>>();
        var items = commit.Items;
        if (items is [.., { Outcome: NotStored away }] && gathered.Count > 0)
        {
            // The store is away. The commands gathered meanwhile have waited just as long, so they fail as well.
            items = [.. items, .. gathered.Select(g => new PersistedItem(g.Command, g.Tag, away))];
            gathered = [];
        }
        foreach (var item in items)
        {
            ConversationEvent? entry = item.Outcome switch
            {
                MessageAppended appended => new MessagePosted(appended.Message),
                AnswerAppended ended => ended.Event,
                _ => null,
            };
            if (entry is not null) order.Add(entry, (item.Tag as PostMessage)?.Session);
            if (commit.Trace != default && item.Tag is PostMessage && entry is MessagePosted { Message: var posted }
                && BotQuestion.In(posted.Text) is not null)
                questionTraces[posted.Seq] = commit.Trace;
            Reply(item, receipts);
        }
        Publish(receipts);
        committing -= commit.Items.Count;
        RequestTurn();
    }

    // Publishes the events that are next in the order of the log, together with the receipts of this node's senders.
    void Publish(Dictionary<IActorRef, List<PostReceipt>> receipts)
    {
        var due = order.TakeDue();
        var texts = new List<Range>(due.Count);
        foreach (var (entry, _) in due)
        {
            state = state.Apply(entry);
            if (entry is AnswerEnded ended) ownAnswers.Remove(ended.MessageSeq);
            EventWriter.Write(builder.Begin(), entry);
            texts.Add(builder.End());
        }
        var frames = builder.Build();
        for (var i = 0; i < due.Count; i++) tail.Add(due[i].Entry, frames.Bytes[texts[i]]);
        ChatMetrics.Events.Add(due.Count);
        subscribers.Publish(frames, state.Head, due, receipts);
        foreach (var (entry, origin) in due) HandleQuestion(entry, origin);
        RequestMissing();
    }

    static void Reply(PersistedItem item, Dictionary<IActorRef, List<PostReceipt>> receipts)
    {
        switch (item.Tag)
        {
            case PostMessage post:
                if (!receipts.TryGetValue(post.Session, out var own)) receipts.Add(post.Session, own = []);
                own.Add(PostReceipt.Of(post, item.Outcome));
                break;
            case BeginAnswer begin:
                begin.ReplyTo.Tell(item.Outcome is MessageAppended begun
                    ? new AnswerBegun(begun.Message.Seq)
                    : new AnswerNotBegun(Retry: item.Outcome is NotStored or StoreBusy));
                break;
            case FinishAnswer finish:
                finish.ReplyTo.Tell(item.Outcome is NotStored or StoreBusy ? AnswerNotFinished.Instance : AnswerFinished.Instance);
                break;
        }
    }

    sealed record TurnCame : INotInfluenceReceiveTimeout
    {
        public static readonly TurnCame Instance = new();
    }
}
