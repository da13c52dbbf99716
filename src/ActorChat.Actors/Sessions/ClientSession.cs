using ActorChat.Actors.Conversations;
using ActorChat.Actors.Presence;
using ActorChat.Actors.Telemetry;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Sessions;

/// <summary>
/// What sessions of both dialects have in common: the socket, the user and the user's limits, the count of unanswered
/// posts, and the ways in which it all ends. ClientSession.Opening.cs has what ends with the opening.
/// There is one session for each socket, so its size is a good part of what an idle connection costs. Its states are a field and methods
/// with a switch instead of Become and receive lists, and it has no stash and no timers of Akka: together they are 2 KiB a session.
/// </summary>
public abstract partial class ClientSession : UntypedActor
{
    IUserPlace? place;
    int unanswered, withheld;
    bool draining, closed, present;

    protected ClientSession(SessionServices services) => Services = services;

    protected IClientSocket Socket { get; private set; } = null!;

    protected SessionServices Services { get; }

    protected Author? User { get; private set; }

    /// <summary>What the client came in with; none in the classic dialect, where names are all there is.</summary>
    protected TokenHash Token { get; set; }

    protected sealed override void OnReceive(object message)
    {
        switch (message)
        {
            case SocketClosed: Context.Stop(Self); break;
            case var _ when closed: break; // the client may still be sending; nobody hears it any more
            case OpenSession open: Begin(open); break;
            case Wait over: OnWaited(over); break;
            default: OnMessage(message); break;
        }
    }

    /// <summary>What the present state does with a message.</summary>
    protected abstract void OnMessage(object message);

    protected override void PostStop()
    {
        EndWait();
        place?.Dispose();
        if (present) Services.Presence.Tell(new Depart(ConversationId.Default, Self));
        Socket?.Close(CloseCode.InternalError, "The session ended."); // only where nothing better was said before
    }

    /// <summary>What every state of a session knows.</summary>
    protected void OnAnythingElse(object message)
    {
        switch (message)
        {
            case Drain: OnDrain(); break;
            case PresenceLost: if (present) SayPresent(); break;
            case AccessEnded ended: if (ended.Tokens.Contains(Token)) Close(CloseCode.NoIdentity, "You were signed out."); break;
            case ConversationEnded: Close(CloseCode.InternalError, "The conversation was interrupted."); break;
            default: Unhandled(message); break;
        }
    }

    /// <summary>Takes a place for the user; false where there is none, and the socket is closed.</summary>
    protected bool Enter(Author user)
    {
        ArgumentNullException.ThrowIfNull(user);
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

    /// <summary>The client is in the conversation now, for others to see.</summary>
    protected void SayPresent()
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

    /// <summary>One post was answered: the socket may be read on where it was held back.</summary>
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
        if (unanswered < Services.Settings.InFlight) Socket.FrameHandled();
        else withheld++;
    }

    protected abstract Dialect Dialect { get; }

    /// <summary>Whether nothing that was received waits for its answer.</summary>
    protected virtual bool IsIdle => unanswered == 0;

    protected abstract void SayGoAway();

    protected void CloseWhenDrained()
    {
        if (draining && IsIdle) Close(CloseCode.GoingAway, "The server is going down.");
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
        SayGoAway();
        draining = true;
        CloseWhenDrained();
    }

    /// <summary>Sends what <paramref name="compose"/> writes.</summary>
    protected void Send(Action<FrameBatchBuilder> compose)
    {
        ArgumentNullException.ThrowIfNull(compose);
        var builder = FrameBatchBuilder.OfThisThread;
        compose(builder);
        Socket.Send(builder.Build());
    }
}
