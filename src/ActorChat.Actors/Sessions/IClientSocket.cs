using ActorChat.Actors.Classic;
using ActorChat.Protocol;

namespace ActorChat.Actors.Sessions;

/// <summary>
/// The connection of one client. Its outbox is bounded and is written by the socket itself, so no call here waits.
/// The session gets the client's frames as <see cref="ClientFrame"/> or <see cref="ClassicFrame"/>, and the end as
/// <see cref="SocketClosed"/>.
/// </summary>
public interface IClientSocket
{
    /// <summary>A number for logs and metrics. It reveals nothing about the client.</summary>
    string Id { get; }

    /// <summary>Puts frames into the outbox, followed by <paramref name="then"/> in the same write.</summary>
    void Send(FrameBatch frames, FrameBatch? then = null);

    /// <summary>Closes after the outbox has been written. Only the first call counts.</summary>
    void Close(CloseCode code, string reason);

    /// <summary>The client has identified itself and no longer counts as a connection before hello.</summary>
    void SaidHello();

    /// <summary>The session has handled one frame. With too many unhandled ones, the socket is not read.</summary>
    void FrameHandled();
}
