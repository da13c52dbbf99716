using ActorChat.Actors.Conversations;
using ActorChat.Actors.Dispatch;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.ReadPositions;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Sessions;

/// <summary>
/// One client that speaks actorchat.v1. A child of <see cref="SessionSupervisorActor"/>, created for a socket and stopped with it. If it
/// fails it is stopped, and the client reconnects and resumes.
/// It knows the user and the user's conversation, turns requests into commands and answers each of them.
/// States: waiting for hello → identifying the user → opening the conversation → live. This file has the live state,
/// SessionActor.Opening.cs the states before it, SessionActor.SignOut.cs the sign-out.
/// </summary>
sealed partial class SessionActor : ClientSession
{
    // A client that sends this many invalid frames within this time is broken or hostile.
    const int Strikes = 5;
    static readonly TimeSpan StrikesWithin = TimeSpan.FromSeconds(10);
    static readonly TimeSpan TypingInterval = TimeSpan.FromSeconds(1);

    readonly SessionReads reads;
    Conversation? general;
    int strikes;
    long strikesSince, typedAt;

    public SessionActor(SessionServices services) : base(services) => reads = new SessionReads(services, Self);

    /// <summary>The same for all sessions: each gets its socket with the first message, <see cref="OpenSession"/>.</summary>
    public static Props PropsFor(SessionServices services) => Props.Create(() => new SessionActor(services)).WithMailbox(LinkedMailbox.Id);

    protected override Dialect Dialect => Dialect.V1;

    protected override bool IsIdle => base.IsIdle && reads.IsIdle && signingOut == 0;

    protected override void OnMessage(object message)
    {
        switch (state)
        {
            case State.Live: Live(message); break;
            case State.Opening: Opening(message); break;
            case State.Identifying: Identifying(message); break;
            default: WaitingForHello(message); break;
        }
    }

    void Live(object message)
    {
        switch (message)
        {
            case Delivered delivered: OnDelivered(delivered); break;
            case DeliveredEphemeral delivered: Socket.Send(delivered.Frames); break;
            case SendFrame frame: OnSend(frame); break;
            case ClientFrame frame when IsTooFast(frame): break;
            case HeartbeatFrame frame: OnHeartbeat(frame); break;
            case TypingFrame frame: OnTyping(frame); break;
            case ReadFrame frame: OnReadPosition(frame); break;
            case HistoryFrame frame: OnRead(frame, frame.Conversation); break;
            case PullFrame frame: OnRead(frame, frame.Conversation); break;
            case SessionReads.Ended ended: OnReadEnded(ended); break;
            case SignOutFrame frame: OnSignOut(frame); break;
            case Persisted { Items: [var item] }: OnSignedOut(item); break;
            case HelloFrame frame: OnSecondHello(frame); break;
            case UnknownFrame frame: OnUnknown(frame); break;
            case RefusedFrame frame: OnRefused(frame); break;
            default: OnCommon(message); break;
        }
    }

    void OnDelivered(Delivered delivered)
    {
        general!.Head = Math.Max(general.Head, delivered.Head);
        var builder = FrameBatchBuilder.OfThisThread;
        foreach (var receipt in delivered.Receipts)
        {
            if (receipt.Refusal is { } why) ServerFrames.Error(builder, receipt.Request, why);
            else if (receipt.Request is { } re) ServerFrames.Sent(builder, re, receipt.Seq, receipt.At, receipt.Duplicate);
        }
        if (delivered.Receipts.Count == 0) Socket.Send(delivered.Frames);
        else Socket.Send(builder.Build(), delivered.Frames);
        for (var i = 0; i < delivered.Receipts.Count; i++) Answered();
    }

    void OnSend(SendFrame frame)
    {
        if (!IsMember(frame.Conversation, frame.Id)) return;
        var post = new PostMessage(frame.Conversation, Self, frame.Id, User!, frame.Key, frame.Text, frame.ReplyTo);
        if (Post(general!.Ref, post) is { } wait)
            Refuse(frame.Id, new Refusal(ErrorCode.RateLimited, "You are sending too fast.", AfterMs: wait));
        Handled();
    }

    // Sends have their own limit. This one counts all other requests, invalid ones included.
    bool IsTooFast(ClientFrame frame)
    {
        if (TakeRequest() is not { } wait) return false;
        if (frame is not TypingFrame) Refuse(frame.Id, new Refusal(ErrorCode.RateLimited, "You are asking too fast.", AfterMs: wait));
        Handled();
        return true;
    }

    void OnHeartbeat(HeartbeatFrame frame)
    {
        if (frame.Id is { } re)
        {
            Send(to =>
            {
                var json = ServerFrames.BeginOk(to, re);
                json.WriteStartObject("heads"u8);
                var cursor = frame.Cursors?.GetValueOrDefault(ConversationId.Default.Value, -1) ?? -1;
                if (cursor != general!.Head) json.WriteNumber(ConversationId.Default.Value, general.Head);
                json.WriteEndObject();
                to.End();
            });
        }
        Handled();
    }

    // Typing has no reply. More often than once a second it is dropped.
    void OnTyping(TypingFrame frame)
    {
        if (!IsMember(frame.Conversation, frame.Id)) return;
        var now = Services.Time.GetTimestamp();
        if (typedAt == 0 || Services.Time.GetElapsedTime(typedAt, now) >= TypingInterval)
        {
            typedAt = now;
            general!.Ref.Tell(new NoteTyping(frame.Conversation, User!));
        }
        Handled();
    }

    // Answered at once: the position is stored within seconds, and if it is lost with the process, the next one replaces it.
    void OnReadPosition(ReadFrame frame)
    {
        if (!IsMember(frame.Conversation, frame.Id)) return;
        if (frame.Seq > general!.Head)
        {
            Answer(frame.Id, new Refusal(ErrorCode.NotFound, "There is nothing with this number yet.", "seq"));
            return;
        }
        if (frame.Seq > general.Read)
        {
            general.Read = frame.Seq;
            Services.ReadPositions.Tell(new AdvanceReadPosition(Self, User!.Id, frame.Conversation, frame.Seq));
        }
        Confirm(frame.Id);
        Handled();
    }

    void OnRead(ClientFrame frame, ConversationId conversation)
    {
        if (!IsMember(conversation, frame.Id)) return;
        if (frame is PullFrame pull && pull.From > pull.To)
        {
            Answer(frame.Id, new Refusal(ErrorCode.BadRequest, "The range ends before it begins.", "to"));
            return;
        }
        reads.Start(frame);
    }

    void OnReadEnded(SessionReads.Ended ended)
    {
        reads.OnEnded();
        if (ended.Frames is { } frames) Socket.Send(frames);
        else Refuse(ended.Request, Refusal.StoreUnavailable);
        Handled();
        CloseWhenDrained();
    }

    void OnSecondHello(HelloFrame frame) =>
        Answer(frame.Id, new Refusal(ErrorCode.BadRequest, "This connection has had its hello.", "type"));

    void OnUnknown(UnknownFrame frame) =>
        Answer(frame.Id, new Refusal(ErrorCode.UnknownType, "This server does not know this request.", "type"));

    void OnRefused(RefusedFrame frame)
    {
        if (frame.Error.Code == ErrorCode.BadJson && !TakeStrike()) return;
        Answer(frame.Id, frame.Error);
    }

    bool TakeStrike()
    {
        var now = Services.Time.GetTimestamp();
        if (strikes == 0 || Services.Time.GetElapsedTime(strikesSince, now) > StrikesWithin) (strikes, strikesSince) = (0, now);
        if (++strikes < Strikes) return true;
        Close(CloseCode.BadFrame, "Too many frames were not JSON.");
        return false;
    }

    bool IsMember(ConversationId conversation, long? re)
    {
        if (conversation == ConversationId.Default) return true;
        Answer(re, new Refusal(ErrorCode.NotFound, "There is no such conversation.", "conversation"));
        return false;
    }

    // Sends an ok without further fields.
    void Confirm(long? re)
    {
        if (re is not { } id) return;
        Send(to =>
        {
            ServerFrames.BeginOk(to, id);
            to.End();
        });
    }

    void Answer(long? re, Refusal error)
    {
        Refuse(re, error);
        Handled();
    }

    void Refuse(long? re, Refusal error) => Send(to => ServerFrames.Error(to, re, error));

    // Spread over some seconds, so that not all clients reconnect at the same moment.
    protected override void SendGoAway() => Send(to => ServerFrames.GoAway(to, Random.Shared.Next(4000), "The server is shutting down."));

    protected override void PostStop()
    {
        if (User is not null) Services.ReadPositions.Tell(new CloseReader(Self, User.Id));
        base.PostStop();
    }

    /// <param name="head">The newest seq that this session has sent.</param>
    /// <param name="read">The user's read position, as far as this session knows.</param>
    sealed class Conversation(IActorRef actor, long head, long read)
    {
        public IActorRef Ref { get; } = actor;

        public long Head { get; set; } = head;

        public long Read { get; set; } = read;
    }
}
