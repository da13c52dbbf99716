using ActorChat.Actors.Agents;
using ActorChat.Actors.Persistence;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorChat.Actors.Conversations;

/// <summary>What every conversation needs.</summary>
/// <param name="Bus">Carries ephemeral events to other nodes.</param>
/// <param name="SharedLog">Reads what other nodes wrote; null if no other node writes.</param>
sealed record ConversationServices(
    IChatStore Store, IActorRef Persistence, IActorRef Agent, ConversationOptions Options, INodeBus Bus,
    IActorRef? SharedLog = null);

/// <summary>
/// One conversation with members online on this node. <see cref="ConversationRegionActor"/> creates it for the first message to it, and
/// stops it when it has had no members for a while. It also stops when it fails; then its sessions close and their clients resume.
/// It owns the state, the encoded tail and the subscribers. It decides what is appended and publishes only what was committed: the receipt
/// for the sender and the event for everybody leave in one turn, after the commit, in the order of the log (ConversationActor.Commits.cs).
/// No node owns a conversation: events of other nodes come from the shared log (ConversationActor.Nodes.cs). The bot's part is in
/// ConversationActor.Bot.cs.
/// </summary>
sealed partial class ConversationActor : ReceiveActor, IWithUnboundedStash, IWithTimers
{
    readonly ConversationId id;
    readonly ConversationServices services;
    readonly ILoggingAdapter log = Context.GetLogger();
    readonly Subscribers subscribers = new();
    readonly FrameBatchBuilder builder = new();
    ConversationState state = null!;
    LogOrder order = null!;
    ConversationTail tail = null!;
    ConversationOpening opening = null!;

    public ConversationActor(ConversationId id, ConversationServices services)
    {
        this.id = id;
        this.services = services;
        Become(Loading);
    }

    public IStash Stash { get; set; } = null!;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props PropsFor(ConversationId id, ConversationServices services) =>
        Props.Create(() => new ConversationActor(id, services));

    protected override void PreStart() =>
        services.Store.LoadConversationAsync(id, services.Options.Tail, services.Options.MessagesKept, CancellationToken.None)
            .PipeTo(Self, success: snapshot => new Loaded(snapshot), failure: cause => new LoadFailed(cause));

    // Passivation stops it without subscribers. After a failure the sessions close, and their clients resume at the next incarnation.
    protected override void PostStop() => subscribers.TellEnded();

    void Loading()
    {
        Receive<Loaded>(OnLoaded);
        Receive<LoadFailed>(failed =>
        {
            log.Warning("Conversation {0} could not be loaded: {1}", id, failed.Cause.Message);
            Become(() => Refusing(Refusal.StoreUnavailable));
        });
        ReceiveAny(_ => Stash.Stash());
    }

    void OnLoaded(Loaded loaded)
    {
        if (loaded.Snapshot is not { } snapshot)
        {
            Become(() => Refusing(new Refusal(ErrorCode.NotFound, "There is no such conversation.", "conversation")));
            return;
        }
        state = ConversationState.From(snapshot);
        order = new LogOrder(state.Head);
        tail = new ConversationTail(snapshot, services.Options);
        opening = new ConversationOpening(tail, services.Options);
        Become(Open);
        SetReceiveTimeout(services.Options.PassivateAfter);
        foreach (var question in owed.Load(snapshot)) StartAnswerTimer(question);
        RequestRunningAnswers();
        Stash.UnstashAll();
    }

    // Refuses everything that waits, then stops. The next message creates a new incarnation, which tries again.
    void Refusing(Refusal why)
    {
        Receive<Subscribe>(request => request.Session.Tell(new NotSubscribed(id, why)));
        Receive<PostMessage>(post => post.Session.Tell(new Delivered(FrameBatch.Empty, 0, [PostReceipt.Refused(post.Request, why)])));
        Receive<BeginAnswer>(begin => begin.ReplyTo.Tell(new AnswerNotBegun(Retry: why.Code.Retry)));
        Receive<FinishAnswer>(finish => finish.ReplyTo.Tell(AnswerNotFinished.Instance));
        Receive<Passivate>(_ => Context.Stop(Self));
        Stash.UnstashAll();
        Context.Parent.Tell(new Passivate(id));
    }

    void Open()
    {
        Receive<Subscribe>(OnSubscribe);
        Receive<PostMessage>(OnPost);
        Receive<Persisted>(OnPersisted);
        Receive<TurnCame>(_ => CommitGathered());
        Receive<NoteTyping>(OnTyping);
        Receive<BeginAnswer>(begin => Append(state.BeginAnswer(begin.RequestSeq, begin.Answer), begin));
        Receive<AnswerGrew>(OnAnswerGrew);
        Receive<FinishAnswer>(finish => Append(finish.End, finish));
        Receive<AnswerOwed>(OnAnswerOwed);
        ReceiveFromOtherNodes();
        Receive<Terminated>(gone => subscribers.Remove(gone.ActorRef));
        Receive<ReceiveTimeout>(_ =>
        {
            if (IsAlone) Context.Parent.Tell(new Passivate(id));
        });
        Receive<Passivate>(_ =>
        {
            // A subscriber may have come while this message was on its way.
            if (IsAlone) Context.Stop(Self);
            else Context.Parent.Tell(new StayAwake(id));
        });
    }

    // One turn reads the head, takes the replay and registers the subscriber, so no event can fall between replay and stream.
    void OnSubscribe(Subscribe request)
    {
        if (services.SharedLog is null) Admit(request);
        else AdmitAfterReading(request);
    }

    void Admit(Subscribe request)
    {
        subscribers.Add(request);
        Context.Watch(request.Session);
        foreach (var (seq, text) in state.Answers)
            if (text.Length > 0 && request.Dialect == Dialect.V1)
                ServerFrames.AiDelta(builder, id, seq, 0, text);
        var running = builder.Build(ephemeral: true);
        var unread = request.Read is { } read && read < state.Head ? tail.MessagesAfter(read, request.User.Id) : 0;
        request.Session.Tell(new Subscribed(
            id, Self, state.Title, state.Head, state.Members, opening.For(state, request), running, unread));
    }

    void OnTyping(NoteTyping typing)
    {
        services.Bus.Publish(new UserTyped(id, typing.User));
        PublishTyping(typing.User);
    }

    void PublishTyping(Author user)
    {
        ServerFrames.Typing(builder, id, user);
        subscribers.PublishEphemeral(builder.Build(ephemeral: true), except: user.Id);
    }

    bool IsAlone => subscribers.Count == 0 && awaitingRead.Count == 0 && committing == 0 && gathered.Count == 0 && state.Answers.IsEmpty;

    sealed record Loaded(ConversationSnapshot? Snapshot);

    sealed record LoadFailed(Exception Cause);
}
