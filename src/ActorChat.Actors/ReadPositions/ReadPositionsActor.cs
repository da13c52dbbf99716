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
/// The read positions of everybody who is online. Created once, under /user; conversations do not know it, so a flood of read positions
/// delays no message. A position moves forward only. All positions of an interval count as one: the user's other sessions are told only the
/// newest, and the store gets the newest of each user in one command. So the last positions may be lost when the process is killed; on
/// shutdown everything is sent to the store. After a failure it is restarted without its readers: their next read position registers them
/// again.
/// </summary>
sealed class ReadPositionsActor : ReceiveActor, IWithTimers
{
    readonly IChatStore store;
    readonly IActorRef persistence;
    readonly ReadPositionOptions settings;
    readonly INodeBus bus;
    readonly ILoggingAdapter log = Context.GetLogger();
    readonly FrameBatchBuilder builder = new();
    readonly Dictionary<UserId, Reader> readers = [];
    readonly Dictionary<(UserId User, ConversationId Conversation), AdvanceReadPosition> unannounced = [];
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
        Receive<AnnounceDue>(_ => Announce());
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
            open.Session.Tell(new ReaderOpened(reader.Positions.ToDictionary()));
        }
        else if (reader.Waiting is { } waiting)
        {
            waiting.Add(open.Session);
        }
        else
        {
            reader.Waiting = [open.Session];
            store.ReadPositionsAsync(open.User, CancellationToken.None)
                    .PipeTo(Self, success: found => new Loaded(open.User, found), failure: cause => new NotLoaded(open.User, cause));
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
        if (!readers.TryGetValue(loaded.User, out var reader)) return; // all sessions of the user have ended meanwhile
        foreach (var (conversation, seq) in loaded.Positions.Concat(unsaved.Of(loaded.User))) reader.MoveTo(conversation, seq);
        reader.IsLoaded = true;
        AnswerWaiting(reader, new ReaderOpened(reader.Positions.ToDictionary()));
    }

    void OnNotLoaded(NotLoaded failed)
    {
        log.Warning("Read positions could not be loaded: {0}", failed.Cause.Message);
        if (readers.TryGetValue(failed.User, out var reader)) AnswerWaiting(reader, ReaderNotOpened.Instance);
    }

    static void AnswerWaiting(Reader reader, object answer)
    {
        foreach (var session in reader.Waiting ?? []) session.Tell(answer);
        reader.Waiting = null;
    }

    void OnRead(AdvanceReadPosition read)
    {
        var reader = Register(read.User, read.Session);
        if (!reader.MoveTo(read.Conversation, read.Seq)) return;
        if (reader.Sessions.Count > 1 || bus.Node is not null) AnnounceSoon(read);
        if (!unsaved.Add(new ReadPosition(read.User, read.Conversation, read.Seq))) ChatMetrics.ReadPositionsDropped.Add(1);
        ChatMetrics.UnsavedReadPositions(unsaved.Count);
        StartTimer(SaveDue.Instance, settings.SaveAfter);
    }

    // Not stored here: the other node does that.
    void OnHeard(UserRead read)
    {
        if (readers.TryGetValue(read.User, out var reader) && reader.MoveTo(read.Conversation, read.Seq))
                AnnounceSoon(new AdvanceReadPosition(ActorRefs.Nobody, read.User, read.Conversation, read.Seq));
    }

    void AnnounceSoon(AdvanceReadPosition read)
    {
        unannounced[(read.User, read.Conversation)] = read;
        StartTimer(AnnounceDue.Instance, settings.TellAfter);
    }

    void StartTimer(object due, TimeSpan after)
    {
        if (!Timers.IsTimerActive(due)) Timers.StartSingleTimer(due, due, after);
    }

    void Announce()
    {
        foreach (var ((user, conversation), newest) in unannounced)
        {
            if (!newest.Session.IsNobody()) bus.Publish(new UserRead(conversation, user, newest.Seq));
            if (!readers.TryGetValue(user, out var reader)) continue;
            ServerFrames.Read(builder, conversation, newest.Seq);
            var frames = new DeliveredEphemeral(builder.Build(ephemeral: true));
            foreach (var session in reader.Sessions)
                if (!session.Equals(newest.Session))
                    session.Tell(frames);
        }
        unannounced.Clear();
    }

    // One save at a time. While the store is unavailable the positions wait and are tried again, still only the newest of each user.
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
            if (item.Outcome is CommandRefused refused) log.Error("The store refused read positions: {0}", refused.Reason);
            else ChatMetrics.ReadPositionsSaved.Add(save.Positions.Count);
            unsaved.Saved(save.Positions);
        }
        saving = false;
        ChatMetrics.UnsavedReadPositions(unsaved.Count);
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

    sealed record Loaded(UserId User, IReadOnlyDictionary<ConversationId, long> Positions);

    sealed record NotLoaded(UserId User, Exception Cause);

    sealed record AnnounceDue { public static readonly AnnounceDue Instance = new(); }

    sealed record SaveDue { public static readonly SaveDue Instance = new(); }
}
