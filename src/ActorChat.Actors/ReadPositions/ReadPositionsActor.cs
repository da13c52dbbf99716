using ActorChat.Actors.Conversations;
using ActorChat.Actors.Nodes;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorChat.Actors.ReadPositions;

/// <summary>
/// How far everybody who is online has read. Made once, under /user; the conversations know nothing of it, so no flood of marks delays a message.
/// A mark moves forward only. What comes within an interval is one: the user's other sessions are told the newest, and the store gets the
/// newest of each user in one command. So a mark may be lost when the process is killed; on the way down everything is handed over.
/// When it fails it is restarted without its readers: their next mark registers them again.
/// </summary>
public sealed class ReadPositionsActor : ReceiveActor, IWithTimers
{
    readonly IChatStore store;
    readonly IActorRef persistence;
    readonly ReadPositionOptions settings;
    readonly INodeBus bus;
    readonly ILoggingAdapter log = Context.GetLogger();
    readonly FrameBatchBuilder builder = new();
    readonly Dictionary<UserId, Reader> readers = [];
    readonly Dictionary<(UserId User, ConversationId Conversation), AdvanceReadPosition> untold = [];
    readonly UnsavedReadPositions unsaved;
    bool saving;

    public ReadPositionsActor(IChatStore store, IActorRef persistence, ReadPositionOptions settings, INodeBus bus)
    {
        this.store = store;
        this.persistence = persistence;
        this.settings = settings;
        this.bus = bus;
        unsaved = new UnsavedReadPositions(settings.QueueLimit);
        Receive<OpenReader>(OnOpen);
        Receive<Loaded>(OnLoaded);
        Receive<NotLoaded>(OnNotLoaded);
        Receive<AdvanceReadPosition>(OnRead);
        Receive<Heard>(heard => OnHeard((UserRead)heard.News));
        Receive<TellDue>(_ => Tell());
        Receive<SaveDue>(_ => Save());
        Receive<Persisted>(OnPersisted);
        Receive<CloseReader>(OnClose);
        Receive<HandOverReadPositions>(_ =>
        {
            HandOver();
            Sender.Tell(ReadPositionsHandedOver.Instance);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props PropsFor(IChatStore store, IActorRef persistence, ReadPositionOptions settings, INodeBus bus) =>
        Props.Create(() => new ReadPositionsActor(store, persistence, settings, bus));

    protected override void PreRestart(Exception reason, object message)
    {
        HandOver();
        base.PreRestart(reason, message);
    }

    void OnOpen(OpenReader open)
    {
        var reader = Register(open.User, open.Session);
        if (reader.IsLoaded)
        {
            open.Session.Tell(new ReaderOpened(reader.Marks.ToDictionary()));
        }
        else if (reader.Waiting is { } waiting)
        {
            waiting.Add(open.Session);
        }
        else
        {
            reader.Waiting = [open.Session];
            store.ReadPositionsAsync(open.User, CancellationToken.None)
                .PipeTo(Self, success: marks => new Loaded(open.User, marks), failure: cause => new NotLoaded(open.User, cause));
        }
    }

    Reader Register(UserId user, IActorRef session)
    {
        if (!readers.TryGetValue(user, out var reader)) readers.Add(user, reader = new Reader());
        if (!reader.Sessions.Contains(session)) reader.Sessions.Add(session);
        return reader;
    }

    void OnLoaded(Loaded loaded)
    {
        if (!readers.TryGetValue(loaded.User, out var reader)) return; // all of the user's sessions have ended meanwhile
        foreach (var (conversation, seq) in loaded.Marks.Concat(unsaved.Of(loaded.User))) reader.MoveTo(conversation, seq);
        reader.IsLoaded = true;
        TellWaiting(reader, new ReaderOpened(reader.Marks.ToDictionary()));
    }

    void OnNotLoaded(NotLoaded failed)
    {
        log.Warning("Read marks could not be looked up: {0}", failed.Cause.Message);
        if (readers.TryGetValue(failed.User, out var reader)) TellWaiting(reader, ReaderNotOpened.Instance);
    }

    static void TellWaiting(Reader reader, object answer)
    {
        foreach (var session in reader.Waiting ?? []) session.Tell(answer);
        reader.Waiting = null;
    }

    void OnRead(AdvanceReadPosition read)
    {
        var reader = Register(read.User, read.Session);
        if (!reader.MoveTo(read.Conversation, read.Seq)) return;
        if (reader.Sessions.Count > 1 || bus.Node is not null) TellSoon(read);
        if (!unsaved.Add(new ReadPosition(read.User, read.Conversation, read.Seq))) ChatMetrics.ReadsDropped.Add(1);
        ChatMetrics.UnsavedReads(unsaved.Count);
        StartTimer(SaveDue.Instance, settings.SaveAfter);
    }

    // The other node has it stored.
    void OnHeard(UserRead read)
    {
        if (readers.TryGetValue(read.User, out var reader) && reader.MoveTo(read.Conversation, read.Seq))
            TellSoon(new AdvanceReadPosition(ActorRefs.Nobody, read.User, read.Conversation, read.Seq));
    }

    void TellSoon(AdvanceReadPosition read)
    {
        untold[(read.User, read.Conversation)] = read;
        StartTimer(TellDue.Instance, settings.TellAfter);
    }

    void StartTimer(object due, TimeSpan after)
    {
        if (!Timers.IsTimerActive(due)) Timers.StartSingleTimer(due, due, after);
    }

    void Tell()
    {
        foreach (var ((user, conversation), newest) in untold)
        {
            if (!newest.Session.IsNobody()) bus.Publish(new UserRead(conversation, user, newest.Seq));
            if (!readers.TryGetValue(user, out var reader)) continue;
            ServerFrames.Read(builder, conversation, newest.Seq);
            var frames = new DeliveredEphemeral(builder.Build(ephemeral: true));
            foreach (var session in reader.Sessions)
                if (!session.Equals(newest.Session))
                    session.Tell(frames);
        }
        untold.Clear();
    }

    // One save at a time. While the store is away the marks wait and are tried again, still the newest only.
    void Save()
    {
        if (saving || unsaved.Count == 0) return;
        saving = true;
        persistence.Tell(new Persist(new SaveReadPositions(unsaved.Take(settings.MaxBatch)), Self));
    }

    void OnPersisted(Persisted done)
    {
        foreach (var item in done.Items)
        {
            if (item.Outcome is NotStored or StoreBusy || item.Command is not SaveReadPositions save) continue;
            if (item.Outcome is CommandRefused refused) log.Error("Read marks were refused by the store: {0}", refused.Reason);
            else ChatMetrics.ReadsSaved.Add(save.Marks.Count);
            unsaved.Saved(save.Marks);
        }
        saving = false;
        ChatMetrics.UnsavedReads(unsaved.Count);
        if (unsaved.Count > 0) StartTimer(SaveDue.Instance, settings.SaveAfter);
    }

    void OnClose(CloseReader close)
    {
        if (!readers.TryGetValue(close.User, out var reader)) return;
        reader.Sessions.Remove(close.Session);
        reader.Waiting?.Remove(close.Session);
        if (reader.Sessions.Count == 0) readers.Remove(close.User);
    }

    void HandOver()
    {
        if (unsaved.Count > 0) persistence.Tell(new Persist(new SaveReadPositions(unsaved.Take(unsaved.Count)), ActorRefs.Nobody));
    }

    /// <summary>One user, with all of their sessions.</summary>
    sealed class Reader
    {
        public Dictionary<ConversationId, long> Marks { get; } = [];

        public List<IActorRef> Sessions { get; } = new(1);

        /// <summary>Those that are told what the store says, while it is asked; else null.</summary>
        public List<IActorRef>? Waiting { get; set; }

        public bool IsLoaded { get; set; }

        /// <summary>False where that is no step forward.</summary>
        public bool MoveTo(ConversationId conversation, long seq)
        {
            if (Marks.TryGetValue(conversation, out var before) && seq <= before) return false;
            Marks[conversation] = seq;
            return true;
        }
    }

    sealed record Loaded(UserId User, IReadOnlyDictionary<ConversationId, long> Marks);

    sealed record NotLoaded(UserId User, Exception Cause);

    sealed record TellDue { public static readonly TellDue Instance = new(); }

    sealed record SaveDue { public static readonly SaveDue Instance = new(); }
}
