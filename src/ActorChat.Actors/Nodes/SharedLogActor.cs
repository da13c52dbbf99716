using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using Akka.Actor;
using Akka.Event;

namespace ActorChat.Actors.Nodes;

/// <summary>
/// Follows what other nodes write. Made once, under /user, where the log is shared. Reads when the doorbell rings, when a conversation misses
/// something, and from time to time in any case: a doorbell is a hint, and the log alone says what has happened. One reading at a time, so that
/// any number of doorbells is at most one more. What was read goes to the conversations that are awake here; the others find it in the store.
/// When it fails it is restarted and goes on from where the log stands.
/// </summary>
public sealed class SharedLogActor : ReceiveActor, IWithTimers
{
    // Between two readings: what several nodes write meanwhile is one. A reading costs a millisecond of CPU here and in the database together.
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    readonly ISharedLog log;
    readonly INodeBus bus;
    readonly SharedLogOptions settings;
    readonly ILoggingAdapter logger = Context.GetLogger();
    readonly List<ReadLog> asking = [], answering = [];
    IActorRef conversations = ActorRefs.Nobody;
    bool reading, again, polled, failing;
    long ended;

    public SharedLogActor(ISharedLog log, INodeBus bus, SharedLogOptions settings)
    {
        this.log = log;
        this.bus = bus;
        this.settings = settings;
        Receive<FollowLog>(follow =>
        {
            conversations = follow.Conversations;
            Read();
        });
        Receive<Rung>(_ =>
        {
            ChatMetrics.Doorbells.Add(1);
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
        Receive<LogNews>(OnRead);
        Receive<Failed>(OnFailed);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props PropsFor(ISharedLog log, INodeBus bus, SharedLogOptions settings) =>
        Props.Create(() => new SharedLogActor(log, bus, settings));

    protected override void PreStart()
    {
        var self = Self; // not to be read from another thread
        bus.OnRung(() => self.Tell(Rung.Instance, ActorRefs.NoSender));
        Timers.StartPeriodicTimer(nameof(PollDue), PollDue.Instance, settings.Poll);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        Self.Tell(new FollowLog(conversations));
        base.PreRestart(reason, message);
    }

    void Read()
    {
        if (conversations.IsNobody()) return; // what is read must go to somebody: it is read once
        if (reading)
        {
            again = true; // what rang may have been written after this reading began
            return;
        }
        reading = true;
        var since = Environment.TickCount64 - ended;
        if (since >= Pause.TotalMilliseconds) Begin();
        else Timers.StartSingleTimer(nameof(ReadDue), ReadDue.Instance, Pause);
    }

    void Begin()
    {
        answering.AddRange(asking);
        asking.Clear();
        log.ReadNewAsync(settings.MaxEntries, CancellationToken.None).PipeTo(Self, success: news => news, failure: cause => new Failed(cause));
    }

    void OnRead(LogNews news)
    {
        if (failing) logger.Info("The log is read again");
        failing = false;
        if (news.Replaced)
        {
            logger.Warning("The log was replaced by another one: a backup was restored, or a standby promoted. Everybody begins anew");
            conversations.Tell(LogReplaced.Instance);
        }
        if (news.Events.Count > 0)
        {
            ChatMetrics.TailRead(news.Events.Count, news.Lag, polled);
            foreach (var of in news.Events.GroupBy(entry => entry.Conversation)) conversations.Tell(new LogAdvanced(of.Key, [.. of]));
        }
        if (!news.More)
        {
            foreach (var ask in answering) conversations.Tell(new LogRead(ask.Conversation, ask.Why)); // the same way, so that it comes after them
            answering.Clear();
        }
        Next(news.More);
    }

    // Who asked is answered by a reading that comes to its end.
    void OnFailed(Failed failed)
    {
        if (!failing && failed.Cause is StoreUnavailableException) logger.Warning("The log cannot be followed: {0}", failed.Cause.Message);
        else if (!failing) logger.Error(failed.Cause, "The log cannot be followed");
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
        ended = Environment.TickCount64;
        if (!again) return;
        again = false;
        Read();
    }

    sealed record Rung { public static readonly Rung Instance = new(); }

    sealed record PollDue { public static readonly PollDue Instance = new(); }

    sealed record ReadDue { public static readonly ReadDue Instance = new(); }

    sealed record Failed(Exception Cause);
}
