namespace ActorChat.Protocol;

/// <summary>The subprotocols that a client may offer in <c>Sec-WebSocket-Protocol</c>.</summary>
public static class Subprotocols
{
    public const string V1 = "actorchat.v1";

    /// <summary>
    /// A client offers it beside others. If the server knows none of those, it accepts this one and explains in an <c>error</c> frame.
    /// </summary>
    public const string Error = "actorchat.err";
}
