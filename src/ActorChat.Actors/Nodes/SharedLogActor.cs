using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using Akka.Actor;
using Akka.Event;

namespace ActorChat.Actors.Nodes;

/// <summary>
/// Reads what other nodes write to the shared log. Created once, under /user, when nodes share a log. It reads when another node sends a
/// notification, when a conversation misses an entry, and at a fixed interval: a notification is only a hint, the log is the truth. One
/// read runs at a time, so any number of notifications meanwhile cause one more. Entries go to the conversations that are running on this
/// node; other conversations load them from the store. After a failure it is restarted and reads on from its last position in the log.
/// </summary>
sealed class SharedLogActor : ReceiveActor, IWithTimers
{
    // Between two reads, so that one read covers what several nodes write meanwhile: it costs a millisecond of CPU here and in the database
    // together.
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    readonly ISharedLog log;
    readonly INodeBus bus;
    readonly SharedLogOptions settings;
    readonly TimeProvider time;
    readonly ILoggingAdapter logger = Context.GetLogger();
    readonly List<ReadLog> asking = [], answering = [];
    IActorRef conversations = ActorRefs.Nobody;
    bool reading, again, polled, failing;
    long ended; // a timestamp

    public SharedLogActor(ISharedLog log, INodeBus bus, SharedLogOptions settings, TimeProvider time)
    {
        this.log = log;
        this.bus = bus;
        this.settings = settings;
        this.time = time;
        Receive<FollowLog>(follow =>
        {
            conversations = follow.Conversations;
            Read();
        });
        Receive<Notified>(_ =>
        {
            ChatMetrics.Notifications.Add(1);
            Read();
        });
        Receive<PollDue>(_ =>
        {
            if (!reading) polled = true;
            Read();
        });
        Receive<ReadLog>(ask =>
        {
            asking.Add(ask);
            Read();
        });
        Receive<ReadDue>(_ => Begin());
        Receive<NewEntries>(OnRead);
        Receive<Failed>(OnFailed);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props PropsFor(ISharedLog log, INodeBus bus, SharedLogOptions settings, TimeProvider time) =>
        Props.Create(() => new SharedLogActor(log, bus, settings, time));

    protected override void PreStart()
    {
        var self = Self; // the bus calls on its own threads, where Self is not available
        bus.OnNotified(() => self.Tell(Notified.Instance, ActorRefs.NoSender));
        Timers.StartPeriodicTimer(nameof(PollDue), PollDue.Instance, settings.Poll);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        Self.Tell(new FollowLog(conversations));
        base.PreRestart(reason, message);
    }

    void Read()
    {
        if (conversations.IsNobody()) return; // an entry is read only once: without a receiver it would be lost
        if (reading)
        {
            again = true; // the entry behind this notification may have been written after the running read began
            return;
        }
        reading = true;
        if (time.GetElapsedTime(ended) >= Pause) Begin();
        else Timers.StartSingleTimer(nameof(ReadDue), ReadDue.Instance, Pause);
    }

    void Begin()
    {
        answering.AddRange(asking);
        asking.Clear();
        log.ReadNewAsync(settings.MaxEntries, CancellationToken.None)
            .PipeTo(Self, success: read => read, failure: cause => new Failed(cause));
    }

    void OnRead(NewEntries read)
    {
        if (failing) logger.Info("The shared log can be read again");
        failing = false;
        if (read.Replaced)
        {
            logger.Warning("The shared log was replaced: a backup was restored or a standby promoted. Clients start over");
            conversations.Tell(LogReplaced.Instance);
        }
        if (read.Events.Count > 0)
        {
            ChatMetrics.TailRead(read.Events.Count, read.Lag, polled);
            foreach (var of in read.Events.GroupBy(entry => entry.Conversation)) conversations.Tell(new LogAdvanced(of.Key, [.. of]));
        }
        if (!read.More)
        {
            // Sent to the same actor as the entries, so it arrives after them.
            foreach (var ask in answering) conversations.Tell(new LogRead(ask.Conversation, ask.Why));
            answering.Clear();
        }
        Next(read.More);
    }

    // Requests stay open: they are answered by the next read that reaches the end of the log.
    void OnFailed(Failed failed)
    {
        if (!failing && failed.Cause is StoreUnavailableException)
            logger.Warning("The shared log cannot be read: {0}", failed.Cause.Message);
        else if (!failing) logger.Error(failed.Cause, "The shared log cannot be read");
        failing = true;
        again = false;
        Next(false);
    }

    void Next(bool atOnce)
    {
        if (atOnce)
        {
            Begin();
            return;
        }
        reading = polled = false;
        ended = time.GetTimestamp();
        if (!again) return;
        again = false;
        Read();
    }

    sealed record Notified { public static readonly Notified Instance = new(); }

    sealed record PollDue { public static readonly PollDue Instance = new(); }

    sealed record ReadDue { public static readonly ReadDue Instance = new(); }

    sealed record Failed(Exception Cause);
}
