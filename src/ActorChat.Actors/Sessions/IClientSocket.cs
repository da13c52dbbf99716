using ActorChat.Actors.Classic;
using ActorChat.Protocol;

namespace ActorChat.Actors.Sessions;

/// <summary>
/// The far side of a session: one connected client. Its outbox is bounded and has a writer of its own, so nothing here ever waits.
/// What arrives from the client is told to the session as <see cref="ClientFrame"/> or <see cref="ClassicFrame"/>, and its end as <see cref="SocketClosed"/>.
/// </summary>
public interface IClientSocket
{
    /// <summary>A number for logs and metrics; says nothing about the client.</summary>
    string Id { get; }

    /// <summary>Puts frames into the outbox, and <paramref name="then"/> behind them in the same write.</summary>
    void Send(FrameBatch frames, FrameBatch? then = null);

    /// <summary>Closes after what is in the outbox. The first call counts.</summary>
    void Close(CloseCode code, string reason);

    /// <summary>The client has said who it is: it is no longer one of those that are only waited for.</summary>
    void SaidHello();

    /// <summary>The session has dealt with one frame; with too many that it has not, the socket is not read on.</summary>
    void FrameHandled();
}
