using ActorChat.Actors.Conversations;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Sessions;

/// <summary>What every session needs.</summary>
/// <param name="Build">The version of the page's files; null if there is no page.</param>
public sealed record SessionServices(
    IChatStore Store, IActorRef Persistence, IActorRef Conversations, IActorRef ReadPositions, IActorRef Presence, string? Build,
    LimitsOptions Limits, SessionOptions Options, IUserLimits Users, TimeProvider Time);

/// <summary>
/// A client has connected. The reply is <see cref="SessionOpened"/>, or <see cref="SessionRefused"/> during shutdown.
/// It is also the first message of the new session.
/// </summary>
/// <param name="Username">Classic only: the name in the address; null if there is none.</param>
public sealed record OpenSession(IClientSocket Socket, Dialect Dialect, string? Username);

public sealed record SessionOpened(IActorRef Session);

sealed record SessionRefused
{
    public static readonly SessionRefused Instance = new();
}

/// <summary>To /user/sessions: these tokens have just been revoked.</summary>
sealed record EndSessions(IReadOnlyList<TokenHash> Tokens);

/// <summary>
/// To /user/sessions, from a session that has just become live: its token may have been revoked during the opening. The reply, only in that
/// case, is <see cref="AccessEnded"/>.
/// </summary>
sealed record CheckToken(TokenHash Token);

/// <summary>To sessions: connections with one of these tokens close.</summary>
sealed record AccessEnded(IReadOnlySet<TokenHash> Tokens);

/// <summary>The socket has closed. The session ends.</summary>
public sealed record SocketClosed
{
    public static readonly SocketClosed Instance = new();
}

/// <summary>
/// The server shuts down: a session answers what it has received, then closes. /user/sessions replies with <see cref="Drained"/> when all
/// have ended.
/// </summary>
public sealed record Drain
{
    public static readonly Drain Instance = new();
}

sealed record Drained
{
    public static readonly Drained Instance = new();
}
