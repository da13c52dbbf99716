namespace ActorChat.Protocol;

/// <summary>What a client may offer in <c>Sec-WebSocket-Protocol</c>.</summary>
public static class Subprotocols
{
    public const string V1 = "actorchat.v1";

    /// <summary>Offered beside others by clients that want to be told, in a frame, why none of them was taken.</summary>
    public const string Error = "actorchat.err";
}
