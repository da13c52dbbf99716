using ActorChat.Actors.Agents;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Conversations;

/// <summary>What is appended here: from a request to the commit, and from the commit to the sender and to everybody.</summary>
public sealed partial class ConversationActor
{
    List<Persist> gathered = [], underWay = [];
    bool asked;
    int committing; // those under way that are not answered

    void OnPost(PostMessage post)
    {
        var (entry, refusal) = state.Post(post.Sender, post.Key, post.Text, post.ReplyTo);
        if (entry is not null) Append(entry, post);
        else post.Session.Tell(new Delivered(FrameBatch.Empty, state.Head, [PostReceipt.Refused(post.Request, refusal!)]));
    }

    // One batch of this conversation is under way at a time. What comes meanwhile is the next one, so a batch grows with the load and
    // its fan-out costs each socket one write. It is closed when its turn comes, behind the sessions that still write the last batch and those
    // that bring new messages.
    void Append(StoreCommand command, object tag)
    {
        gathered.Add(new Persist(command, Self, tag));
        AskForTurn();
    }

    void AskForTurn()
    {
        if (asked || committing > 0 || gathered.Count == 0) return;
        asked = true;
        WaitForTurnAsync().PipeTo(Self);
    }

    // Akka's dispatcher runs what a thread queued last first. A yield does not: it goes to the end of the queue that all threads share, which they
    // look into when they have nothing else. So a batch holds what was already on its way, and an idle server makes nobody wait.
    static async Task<TurnCame> WaitForTurnAsync()
    {
        await Task.Yield();
        return TurnCame.Instance;
    }

    void SendGathered()
    {
        asked = false;
        (underWay, gathered) = (gathered, []);
        committing = underWay.Count;
        services.Persistence.Tell(new PersistAll(underWay));
    }

    // What one commit did. Everything in it becomes one buffer of frames, and each subscriber is told once.
    void OnPersisted(Persisted commit)
    {
        var receipts = new Dictionary<IActorRef, List<PostReceipt>>();
        var items = commit.Items;
        if (items is [.., { Outcome: NotStored away }] && gathered.Count > 0)
        {
            // The store is away, and what was gathered meanwhile has waited as long as the rest.
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
            Answer(item, receipts);
        }
        Announce(receipts);
        committing -= commit.Items.Count;
        AskForTurn();
    }

    // What has become due in the order of the log, and the answers to those who posted here.
    void Announce(Dictionary<IActorRef, List<PostReceipt>> receipts)
    {
        var due = order.TakeDue();
        var texts = new List<Range>(due.Count);
        foreach (var (entry, _) in due)
        {
            state = state.Apply(entry);
            if (entry is AnswerEnded ended) ownAnswers.Remove(ended.MessageSeq);
            EventWriter.Write(builder.Begin(), entry, services.Markup);
            texts.Add(builder.End());
        }
        var frames = builder.Build();
        for (var i = 0; i < due.Count; i++) tail.Add(due[i].Entry, frames.Bytes[texts[i]]);
        ChatMetrics.Events.Add(due.Count);
        subscribers.Deliver(frames, state.Head, due, receipts);
        foreach (var (entry, origin) in due) LookForQuestion(entry, origin);
        LookForGaps();
    }

    static void Answer(PersistedItem item, Dictionary<IActorRef, List<PostReceipt>> receipts)
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
