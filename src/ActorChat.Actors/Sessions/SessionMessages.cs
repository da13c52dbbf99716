using ActorChat.Actors.Conversations;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka.Actor;

namespace ActorChat.Actors.Sessions;

/// <summary>What every session is given.</summary>
/// <param name="Build">Of the page; null where there is none.</param>
public sealed record SessionServices(
    IChatStore Store, IActorRef Persistence, IActorRef Conversations, IActorRef ReadPositions, IActorRef Presence, IMarkup Markup, string? Build,
    LimitsOptions Limits, SessionOptions Settings, IUserLimits Users, TimeProvider Time);

/// <summary>
/// A client has connected. Answered with <see cref="SessionOpened"/>, or <see cref="SessionRefused"/> while the server is going down.
/// The new session gets it, too, as its first message.
/// </summary>
/// <param name="Username">Classic only: the name in the address; null where there is none.</param>
public sealed record OpenSession(IClientSocket Socket, Dialect Dialect, string? Username);

public sealed record SessionOpened(IActorRef Session);

public sealed record SessionRefused
{
    public static readonly SessionRefused Instance = new();
}

/// <summary>To /user/sessions: these were revoked just now.</summary>
public sealed record EndSessions(IReadOnlyList<TokenHash> Tokens);

/// <summary>To /user/sessions, from a session that is live now: was its token revoked on the way? Answered with <see cref="AccessEnded"/> only where it was.</summary>
public sealed record CheckToken(TokenHash Token);

/// <summary>To sessions: whoever came in with one of these is out.</summary>
public sealed record AccessEnded(IReadOnlySet<TokenHash> Tokens);

/// <summary>The socket is gone; the session ends.</summary>
public sealed record SocketClosed
{
    public static readonly SocketClosed Instance = new();
}

/// <summary>The server goes down: finish what was received, then close. To /user/sessions it is answered with <see cref="Drained"/> when all have ended.</summary>
public sealed record Drain
{
    public static readonly Drain Instance = new();
}

public sealed record Drained
{
    public static readonly Drained Instance = new();
}
