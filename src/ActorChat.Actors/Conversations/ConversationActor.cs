using ActorChat.Actors.Agents;
using ActorChat.Actors.Persistence;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorChat.Actors.Conversations;

/// <summary>What every conversation is given.</summary>
/// <param name="Bus">To other nodes.</param>
/// <param name="Tail">Reads what they wrote; null where nobody else writes.</param>
public sealed record ConversationServices(
    IChatStore Store, IActorRef Persistence, IActorRef Agent, IMarkup Markup, ConversationOptions Settings, INodeBus Bus, IActorRef? Tail = null);

/// <summary>
/// One conversation with members online on this node. Made by <see cref="ConversationRegionActor"/> for the first message to it, stopped
/// when nobody has been in it for a while; it is stopped, too, when it fails, and its sessions close so that their clients resume.
/// It owns the state, the encoded tail and the subscribers. It decides what is appended, and announces only what was committed:
/// the answer to the sender and the event for everybody leave in the same turn, after the commit, in the order of the log.
/// How it does is in ConversationActor.Commits.cs. No node owns a conversation: what others wrote comes from the log, and is in
/// ConversationActor.Nodes.cs; the bot is in ConversationActor.Bot.cs.
/// </summary>
public sealed partial class ConversationActor : ReceiveActor, IWithUnboundedStash, IWithTimers
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

    public static Props PropsFor(ConversationId id, ConversationServices services) => Props.Create(() => new ConversationActor(id, services));

    protected override void PreStart() =>
        services.Store.LoadConversationAsync(id, services.Settings.Tail, services.Settings.MessagesKept, CancellationToken.None)
            .PipeTo(Self, success: snapshot => new Loaded(snapshot), failure: cause => new LoadFailed(cause));

    // Nobody is in it when it ends in peace; else the sessions close, and their clients resume at its successor.
    protected override void PostStop() => subscribers.SayEnded();

    void Loading()
    {
        Receive<Loaded>(OnLoaded);
        Receive<LoadFailed>(failed =>
        {
            log.Warning("Conversation {0} could not be loaded: {1}", id, failed.Cause.Message);
            Become(() => Refusing(Refusal.StoreAway));
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
        tail = new ConversationTail(snapshot, services.Settings, services.Markup);
        opening = new ConversationOpening(tail, services.Settings);
        Become(Open);
        SetReceiveTimeout(services.Settings.PassivateAfter);
        foreach (var question in owed.Load(snapshot)) WaitForAnswer(question);
        WantRunningAnswers();
        Stash.UnstashAll();
    }

    // Answers what waits, then ends: the next message makes a new one, which tries again.
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
        Receive<TurnCame>(_ => SendGathered());
        Receive<NoteTyping>(OnTyping);
        Receive<BeginAnswer>(begin => Append(state.BeginAnswer(begin.RequestSeq, begin.Answer), begin));
        Receive<AnswerGrew>(OnAnswerGrew);
        Receive<FinishAnswer>(finish => Append(finish.End, finish));
        Receive<AnswerOwed>(OnAnswerOwed);
        OpenToOtherNodes();
        Receive<Terminated>(gone => subscribers.Remove(gone.ActorRef));
        Receive<ReceiveTimeout>(_ =>
        {
            if (IsAlone) Context.Parent.Tell(new Passivate(id));
        });
        Receive<Passivate>(_ =>
        {
            // Somebody may have come while this was on its way.
            if (IsAlone) Context.Stop(Self);
            else Context.Parent.Tell(new StayAwake(id));
        });
    }

    // One turn reads the head, takes the replay and registers the subscriber: nothing can slip between snapshot and stream.
    void OnSubscribe(Subscribe request)
    {
        if (services.Tail is null) Admit(request);
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
        request.Session.Tell(new Subscribed(id, Self, state.Title, state.Head, state.Members, opening.For(state, request), running, unread));
    }

    void OnTyping(NoteTyping typing)
    {
        services.Bus.Publish(new UserTyped(id, typing.User));
        TellTyping(typing.User);
    }

    void TellTyping(Author user)
    {
        ServerFrames.Typing(builder, id, user);
        subscribers.DeliverEphemeral(builder.Build(ephemeral: true), except: user.Id);
    }

    bool IsAlone => subscribers.Count == 0 && waiting.Count == 0 && committing == 0 && gathered.Count == 0 && state.Answers.IsEmpty;

    sealed record Loaded(ConversationSnapshot? Snapshot);

    sealed record LoadFailed(Exception Cause);
}
