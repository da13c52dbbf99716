using ActorChat.Actors.Conversations;
using ActorChat.Actors.Nodes;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Presence;

/// <summary>
/// Who is here. Made once, under /user; everything in it is gone with the process, and no message ever waits for it.
/// The first who comes or goes is told of at once. What follows within an interval is one frame, encoded once; the interval grows with the
/// number of people, so that all this is never more than some hundred frames a second however many come and go. Frames may be missed:
/// whoever missed one is right again at the next opening.
/// Each node says who is on it, at once and again from time to time; whom another node has not said for a while has left.
/// When it fails it is restarted and asks all sessions to say again that they are here.
/// </summary>
public sealed class PresenceActor : ReceiveActor, IWithTimers
{
    // A write to a socket takes about 10 µs: half a percent of a core for each hundred of these.
    const int FramesPerSecond = 500;

    // Two of three may be lost.
    static readonly TimeSpan SayAgainAfter = TimeSpan.FromSeconds(10), BelieveFor = TimeSpan.FromSeconds(30);

    // So that a notification holds them.
    const int PeopleAtOnce = 20;

    readonly PresenceOptions settings;
    readonly TimeProvider time;
    readonly INodeBus bus;
    readonly FrameBatchBuilder builder = new();
    readonly Dictionary<ConversationId, Room> rooms = [];

    public PresenceActor(PresenceOptions settings, TimeProvider time, INodeBus bus)
    {
        this.settings = settings;
        this.time = time;
        this.bus = bus;
        Receive<Arrive>(OnArrive);
        Receive<Depart>(OnDepart);
        Receive<LookAgain>(look => Look(look.Room));
        Receive<Heard>(OnHeard);
        Receive<SayAgainDue>(_ => SayAgain());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props PropsFor(PresenceOptions settings, TimeProvider time, INodeBus bus) =>
        Props.Create(() => new PresenceActor(settings, time, bus));

    long NowMs => (long)time.GetElapsedTime(0).TotalMilliseconds;

    protected override void PreStart()
    {
        if (bus.Node is not null) Timers.StartPeriodicTimer(nameof(SayAgainDue), SayAgainDue.Instance, SayAgainAfter);
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
        if (!rooms.TryGetValue(id, out var room)) rooms.Add(id, room = new Room(id, new Roster(settings.Named, (long)settings.Grace.TotalMilliseconds)));
        return room;
    }

    void OnDepart(Depart depart)
    {
        if (!rooms.TryGetValue(depart.Conversation, out var room) || !room.Sessions.Remove(depart.Session, out var seat)) return;
        room.Newcomers.Remove(depart.Session);
        Change(room, roster => roster.Leave(seat.User.Id, NowMs));
        if (bus.Node is { } node && room.Sessions.Values.All(other => other.User.Id != seat.User.Id)) bus.Publish(new PeopleGone(room.Id, node, [seat.User.Id]));
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
                        if (room.Elsewhere.Hear(here.Node, user.Id, NowMs))
                            roster.Enter(user);
                });
                break;
            case PeopleGone gone when rooms.TryGetValue(gone.Conversation, out var left):
                Change(left, roster =>
                {
                    foreach (var user in gone.People)
                        if (left.Elsewhere.Forget(gone.Node, user))
                            roster.Leave(user, NowMs);
                });
                break;
        }
    }

    void SayAgain()
    {
        foreach (var room in rooms.Values.ToArray())
        {
            foreach (var some in room.Sessions.Values.Select(seat => seat.User).Distinct().Take(settings.Named).Chunk(PeopleAtOnce))
                bus.Publish(new PeopleHere(room.Id, bus.Node!, some));
            Change(room, roster =>
            {
                foreach (var user in room.Elsewhere.TakeUnheard(NowMs - (long)BelieveFor.TotalMilliseconds)) roster.Leave(user, NowMs);
            });
        }
    }

    void Change(Room room, Action<Roster> change)
    {
        var before = room.Roster.Count;
        change(room.Roster);
        ChatMetrics.People.Add(room.Roster.Count - before);
        Look(room);
    }

    // Says what there is to say, unless something was said just now, and comes back when there may be more.
    void Look(Room room)
    {
        if (Timers.IsTimerActive(room.Pause)) return;
        var before = room.Roster.Count;
        var change = room.Roster.Take(NowMs);
        ChatMetrics.People.Add(room.Roster.Count - before);
        if (!change.IsNothing || room.Newcomers.Count > 0)
        {
            Announce(room, change);
            Timers.StartSingleTimer(room.Pause, new LookAgain(room), PauseFor(room.Sessions.Count));
        }
        if (room.Roster.NextLeaveMs is { } due) Timers.StartSingleTimer(room.Grace, new LookAgain(room), TimeSpan.FromMilliseconds(Math.Max(1, due - NowMs)));
        else if (room.Roster.Count == 0 && rooms.GetValueOrDefault(room.Id) == room) rooms.Remove(room.Id);
    }

    TimeSpan PauseFor(int sessions)
    {
        var fair = TimeSpan.FromSeconds((double)sessions / FramesPerSecond);
        return fair > settings.Gather ? fair : settings.Gather;
    }

    void Announce(Room room, RosterChange change)
    {
        if (room.Newcomers.Count > 0 || change.Switched || !room.Roster.IsNamed)
        {
            var whole = Whole(room);
            foreach (var session in room.Newcomers) session.Tell(whole);
            if (!change.IsNothing && (change.Switched || !room.Roster.IsNamed)) TellOthers(room, whole);
        }
        if (!change.IsNothing && !change.Switched && room.Roster.IsNamed)
        {
            PresenceFrames.Change(builder, room.Id, change.Joined, change.Left);
            TellOthers(room, new DeliveredEphemeral(builder.Build(ephemeral: true)));
        }
        room.Newcomers.Clear();
    }

    DeliveredEphemeral Whole(Room room)
    {
        if (room.Roster.IsNamed) PresenceFrames.State(builder, room.Id, room.Roster.People);
        else PresenceFrames.Count(builder, room.Id, room.Roster.Count);
        return new DeliveredEphemeral(builder.Build(ephemeral: true));
    }

    static void TellOthers(Room room, DeliveredEphemeral frames)
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

        /// <summary>Those who have not heard yet who is here.</summary>
        public HashSet<IActorRef> Newcomers { get; } = [];

        /// <summary>Those who are here by what other nodes say.</summary>
        public PeopleElsewhere Elsewhere { get; } = new();

        // Keys of timers.
        public object Pause { get; } = new();

        public object Grace { get; } = new();
    }

    sealed record LookAgain(Room Room);

    sealed record SayAgainDue { public static readonly SayAgainDue Instance = new(); }
}
