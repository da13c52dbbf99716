namespace ActorChat.Protocol;

/// <summary>
/// Why the server closes a connection. The range tells the client what to do next: 4000–4099 reconnect and resume,
/// 4100–4199 reconnect without cursors, 4400–4499 do not reconnect automatically.
/// </summary>
public enum CloseCode
{
    Normal = 1000,
    UnsupportedData = 1003,
    InvalidText = 1007,

    /// <summary>The classic dialect refuses a name.</summary>
    PolicyViolation = 1008,

    InternalError = 4000,
    GoingAway = 4001,
    SlowReader = 4002,
    NoHeartbeat = 4003,
    Flood = 4029,
    BadFrame = 4400,
    NoIdentity = 4401,
    Subprotocol = 4406,
    NoHello = 4408,
    TooManyConnections = 4409,
    FrameTooLarge = 4413,
}
