using ActorChat.Actors.Conversations;
using ActorChat.Actors.Telemetry;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Presence;

/// <summary>
/// Who is here. Made once, under /user; everything in it is gone with the process, and no message ever waits for it.
/// The first who comes or goes is told of at once. What follows within an interval is one frame, encoded once; the interval grows with the
/// number of people, so that all this is never more than some hundred frames a second however many come and go. Frames may be missed:
/// whoever missed one is right again at the next opening.
/// When it fails it is restarted and asks all sessions to say again that they are here.
/// </summary>
public sealed class PresenceActor : ReceiveActor, IWithTimers
{
    // A write to a socket takes about 10 µs: half a percent of a core for each hundred of these.
    const int FramesPerSecond = 500;

    readonly PresenceSettings settings;
    readonly TimeProvider time;
    readonly FrameBatchBuilder builder = new();
    readonly Dictionary<ConversationId, Room> rooms = [];

    public PresenceActor(PresenceSettings settings, TimeProvider time)
    {
        this.settings = settings;
        this.time = time;
        Receive<Arrive>(OnArrive);
        Receive<Depart>(OnDepart);
        Receive<LookAgain>(look => Look(look.Room));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props PropsFor(PresenceSettings settings, TimeProvider time) => Props.Create(() => new PresenceActor(settings, time));

    long NowMs => (long)time.GetElapsedTime(0).TotalMilliseconds;

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
        if (!rooms.TryGetValue(arrive.Conversation, out var room))
            rooms.Add(arrive.Conversation, room = new Room(arrive.Conversation, new Roster(settings.Named, (long)settings.Grace.TotalMilliseconds)));
        if (!room.Sessions.TryAdd(arrive.Session, arrive)) return;
        if (arrive.Dialect == Dialect.V1) room.Newcomers.Add(arrive.Session);
        Change(room, roster => roster.Enter(arrive.User));
    }

    void OnDepart(Depart depart)
    {
        if (!rooms.TryGetValue(depart.Conversation, out var room) || !room.Sessions.Remove(depart.Session, out var seat)) return;
        room.Newcomers.Remove(depart.Session);
        Change(room, roster => roster.Leave(seat.User.Id, NowMs));
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

        // Keys of timers.
        public object Pause { get; } = new();

        public object Grace { get; } = new();
    }

    sealed record LookAgain(Room Room);
}
