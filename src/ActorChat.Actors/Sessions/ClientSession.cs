using ActorChat.Actors.Conversations;
using ActorChat.Actors.Presence;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Sessions;

/// <summary>
/// The common part of the sessions of both dialects: the socket, the user with the user's limits, the count of unanswered posts, and all
/// ways to end. ClientSession.Opening.cs has the part that is needed until the session is live.
/// There is one session for each socket, so its size is a good part of the cost of an idle connection. Its state is a field, and its
/// methods switch on the message, instead of Become and receive lists; and it uses neither Akka's stash nor its timers. Together those
/// would cost 2 KiB a session.
/// </summary>
abstract partial class ClientSession : UntypedActor
{
    IUserPlace? place;
    int unanswered, withheld;
    bool draining, closed, present;

    protected ClientSession(SessionServices services) => Services = services;

    protected IClientSocket Socket { get; private set; } = null!;

    protected SessionServices Services { get; }

    protected Author? User { get; private set; }

    /// <summary>The hash of the client's sign-in token. The classic dialect has none.</summary>
    protected TokenHash Token { get; set; }

    protected sealed override void OnReceive(object message)
    {
        switch (message)
        {
            case SocketClosed: Context.Stop(Self); break;
            case var _ when closed: break; // the client may still be sending
            case OpenSession open: Begin(open); break;
            case Wait over: OnWaited(over); break;
            default: OnMessage(message); break;
        }
    }

    /// <summary>Handles a message in the present state.</summary>
    protected abstract void OnMessage(object message);

    protected override void PostStop()
    {
        EndWait();
        place?.Dispose();
        if (present) Services.Presence.Tell(new Depart(ConversationId.Default, Self));
        Socket?.Close(CloseCode.InternalError, "The session ended."); // does nothing if it is closed already
    }

    /// <summary>Handles the messages that mean the same in every state.</summary>
    protected void OnCommon(object message)
    {
        switch (message)
        {
            case Drain: OnDrain(); break;
            case PresenceLost: if (present) ReportPresence(); break;
            case AccessEnded ended: if (ended.Tokens.Contains(Token)) Close(CloseCode.NoIdentity, "You were signed out."); break;
            case ConversationEnded: Close(CloseCode.InternalError, "The conversation was interrupted."); break;
            default: Unhandled(message); break;
        }
    }

    /// <summary>Takes a place for the user. Returns false, and closes the socket, if the user has too many connections.</summary>
    protected bool Enter(Author user)
    {
        place = Services.Users.TryEnter(user.Id);
        if (place is null)
        {
            Close(CloseCode.TooManyConnections, "You have too many connections.");
            return false;
        }
        Socket.SaidHello();
        User = user;
        return true;
    }

    /// <summary>Reports the user as present.</summary>
    protected void ReportPresence()
    {
        present = true;
        Services.Presence.Tell(new Arrive(ConversationId.Default, Self, User!, Dialect));
    }

    /// <summary>Posts, unless the user is too fast: then it returns how many milliseconds to wait.</summary>
    protected int? Post(IActorRef conversation, PostMessage message)
    {
        if (place!.TakeSend() is { } wait) return Refused(wait);
        conversation.Tell(message);
        unanswered++;
        return null;
    }

    /// <summary>Counts a request that posts nothing. If the user is too fast, it returns how many milliseconds to wait.</summary>
    protected int? TakeRequest() => place!.TakeRequest() is { } wait ? Refused(wait) : null;

    // A client that is too fast gets refusals first. If it ignores thousands of them, its connection is closed.
    int Refused(int wait)
    {
        ChatMetrics.RateLimited.Add(1);
        if (!place!.TakeRefusal()) CloseFlood();
        return wait;
    }

    protected void CloseFlood()
    {
        ChatMetrics.Floods.Add(1);
        Close(CloseCode.Flood, "You are flooding.");
    }

    /// <summary>One post was answered. If the socket was not being read, it is read again.</summary>
    protected void Answered()
    {
        unanswered--;
        if (withheld > 0)
        {
            withheld--;
            Socket.FrameHandled();
        }
        CloseWhenDrained();
    }

    /// <summary>A frame was handled. While too many posts are unanswered, the socket is not told yet: that slows a flood down.</summary>
    protected void Handled()
    {
        if (unanswered < Services.Options.InFlight) Socket.FrameHandled();
        else withheld++;
    }

    protected abstract Dialect Dialect { get; }

    /// <summary>Whether everything received has been answered.</summary>
    protected virtual bool IsIdle => unanswered == 0;

    protected abstract void SendGoAway();

    protected void CloseWhenDrained()
    {
        if (draining && IsIdle) Close(CloseCode.GoingAway, "The server is shutting down.");
    }

    protected void Close(CloseCode code, string reason)
    {
        if (closed) return;
        closed = true;
        kept = null;
        EndWait();
        Socket.Close(code, reason);
    }

    void OnDrain()
    {
        SendGoAway();
        draining = true;
        CloseWhenDrained();
    }

    /// <summary>Sends the frames that <paramref name="compose"/> writes.</summary>
    protected void Send(Action<FrameBatchBuilder> compose)
    {
        var builder = FrameBatchBuilder.OfThisThread;
        compose(builder);
        Socket.Send(builder.Build());
    }
}
