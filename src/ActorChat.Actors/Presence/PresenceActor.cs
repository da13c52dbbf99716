using ActorChat.Actors.Conversations;
using ActorChat.Actors.Nodes;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Presence;

/// <summary>
/// The people who are present. There is one, under /user. Its state lives in memory only, and no message waits for it.
/// The first change is published at once. Changes within the next interval become one frame, encoded once. The interval grows with the
/// number of people, so presence never costs more than a few hundred frames a second. Clients may miss frames; the next opening corrects
/// them. Each node reports its people at once and repeats the report from time to time. People without a report for a while have left.
/// When it fails it is restarted, and all sessions register again.
/// </summary>
sealed class PresenceActor : ReceiveActor, IWithTimers
{
    // A write to a socket takes about 10 µs, so this is half a percent of a core.
    const int FramesPerSecond = 500;

    // A report stays valid although two of three repetitions are lost.
    static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(10), ReportValidFor = TimeSpan.FromSeconds(30);

    // They have to fit into one PostgreSQL notification.
    const int PeopleAtOnce = 20;

    readonly PresenceOptions options;
    readonly TimeProvider time;
    readonly INodeBus bus;
    readonly FrameBatchBuilder builder = new();
    readonly Dictionary<ConversationId, Room> rooms = [];

    public PresenceActor(PresenceOptions options, TimeProvider time, INodeBus bus)
    {
        this.options = options;
        this.time = time;
        this.bus = bus;
        Receive<Arrive>(OnArrive);
        Receive<Depart>(OnDepart);
        Receive<PublishDue>(due => PublishChanges(due.Room));
        Receive<Heard>(OnHeard);
        Receive<ReportDue>(_ => ReportPeople());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props PropsFor(PresenceOptions options, TimeProvider time, INodeBus bus) =>
        Props.Create(() => new PresenceActor(options, time, bus));

    long NowMs => (long)time.GetElapsedTime(0).TotalMilliseconds;

    protected override void PreStart()
    {
        if (bus.Node is not null) Timers.StartPeriodicTimer(nameof(ReportDue), ReportDue.Instance, ReportEvery);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        foreach (var room in rooms.Values)
        {
            ChatMetrics.People.Add(-room.Roster.Count);
            foreach (var session in room.Sessions.Keys) session.Tell(PresenceLost.Instance);
        }
        base.PreRestart(reason, message);
    }

    void OnArrive(Arrive arrive)
    {
        var room = RoomOf(arrive.Conversation);
        if (!room.Sessions.TryAdd(arrive.Session, arrive)) return;
        if (arrive.Dialect == Dialect.V1) room.Newcomers.Add(arrive.Session);
        Change(room, roster => roster.Enter(arrive.User));
        if (bus.Node is { } node) bus.Publish(new PeopleHere(room.Id, node, [arrive.User]));
    }

    Room RoomOf(ConversationId id)
    {
        if (rooms.TryGetValue(id, out var room)) return room;
        room = new Room(id, new Roster(options.Named, (long)options.Grace.TotalMilliseconds));
        rooms.Add(id, room);
        return room;
    }

    void OnDepart(Depart depart)
    {
        if (!rooms.TryGetValue(depart.Conversation, out var room) || !room.Sessions.Remove(depart.Session, out var seat)) return;
        room.Newcomers.Remove(depart.Session);
        Change(room, roster => roster.Leave(seat.User.Id, NowMs));
        if (bus.Node is { } node && room.Sessions.Values.All(other => other.User.Id != seat.User.Id))
            bus.Publish(new PeopleGone(room.Id, node, [seat.User.Id]));
    }

    void OnHeard(Heard heard)
    {
        switch (heard.News)
        {
            case PeopleHere here:
                var room = RoomOf(here.Conversation);
                Change(room, roster =>
                {
                    foreach (var user in here.People)
                        if (room.Elsewhere.Report(here.Node, user.Id, NowMs))
                            roster.Enter(user);
                });
                break;
            case PeopleGone gone when rooms.TryGetValue(gone.Conversation, out var left):
                Change(left, roster =>
                {
                    foreach (var user in gone.People)
                        if (left.Elsewhere.Remove(gone.Node, user))
                            roster.Leave(user, NowMs);
                });
                break;
        }
    }

    void ReportPeople()
    {
        foreach (var room in rooms.Values.ToArray())
        {
            foreach (var some in room.Sessions.Values.Select(seat => seat.User).Distinct().Take(options.Named).Chunk(PeopleAtOnce))
                bus.Publish(new PeopleHere(room.Id, bus.Node!, some));
            Change(room, roster =>
            {
                foreach (var user in room.Elsewhere.RemoveExpired(NowMs - (long)ReportValidFor.TotalMilliseconds))
                    roster.Leave(user, NowMs);
            });
        }
    }

    void Change(Room room, Action<Roster> change)
    {
        var before = room.Roster.Count;
        change(room.Roster);
        ChatMetrics.People.Add(room.Roster.Count - before);
        PublishChanges(room);
    }

    // Publishes the changes, unless it published a moment ago. A timer calls it again when there may be more.
    void PublishChanges(Room room)
    {
        if (Timers.IsTimerActive(room.Pause)) return;
        var before = room.Roster.Count;
        var change = room.Roster.Take(NowMs);
        ChatMetrics.People.Add(room.Roster.Count - before);
        if (!change.IsEmpty || room.Newcomers.Count > 0)
        {
            Publish(room, change);
            Timers.StartSingleTimer(room.Pause, new PublishDue(room), PauseFor(room.Sessions.Count));
        }
        if (room.Roster.NextLeaveMs is { } due)
            Timers.StartSingleTimer(room.Grace, new PublishDue(room), TimeSpan.FromMilliseconds(Math.Max(1, due - NowMs)));
        else if (room.Roster.Count == 0 && rooms.GetValueOrDefault(room.Id) == room) rooms.Remove(room.Id);
    }

    TimeSpan PauseFor(int sessions)
    {
        var affordable = TimeSpan.FromSeconds((double)sessions / FramesPerSecond);
        return affordable > options.Gather ? affordable : options.Gather;
    }

    void Publish(Room room, RosterChange change)
    {
        if (room.Newcomers.Count > 0 || change.Switched || !room.Roster.IsNamed)
        {
            var whole = Whole(room);
            foreach (var session in room.Newcomers) session.Tell(whole);
            if (!change.IsEmpty && (change.Switched || !room.Roster.IsNamed)) TellKnown(room, whole);
        }
        if (!change.IsEmpty && !change.Switched && room.Roster.IsNamed)
        {
            PresenceFrames.Change(builder, room.Id, change.Joined, change.Left);
            TellKnown(room, new DeliveredEphemeral(builder.Build(ephemeral: true)));
        }
        room.Newcomers.Clear();
    }

    DeliveredEphemeral Whole(Room room)
    {
        if (room.Roster.IsNamed) PresenceFrames.State(builder, room.Id, room.Roster.People);
        else PresenceFrames.Count(builder, room.Id, room.Roster.Count);
        return new DeliveredEphemeral(builder.Build(ephemeral: true));
    }

    static void TellKnown(Room room, DeliveredEphemeral frames)
    {
        foreach (var (session, seat) in room.Sessions)
            if (seat.Dialect == Dialect.V1 && !room.Newcomers.Contains(session))
                session.Tell(frames);
    }

    sealed class Room(ConversationId id, Roster roster)
    {
        public ConversationId Id { get; } = id;

        public Roster Roster { get; } = roster;

        public Dictionary<IActorRef, Arrive> Sessions { get; } = [];

        /// <summary>Sessions that have not got the whole state yet.</summary>
        public HashSet<IActorRef> Newcomers { get; } = [];

        /// <summary>People on other nodes.</summary>
        public PeopleElsewhere Elsewhere { get; } = new();

        // Keys of the two timers.
        public object Pause { get; } = new();

        public object Grace { get; } = new();
    }

    sealed record PublishDue(Room Room);

    sealed record ReportDue { public static readonly ReportDue Instance = new(); }
}
