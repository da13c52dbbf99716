using System.Text;

namespace ActorChat.LoadTool.Protocols;

/// <summary>The wire protocol of one kind of server. Texts contain no character that JSON escapes.</summary>
abstract class ChatProtocol
{
    public abstract string Name { get; }

    public abstract string Path { get; }

    public virtual string? Subprotocol => null;

    /// <summary>The first frame of a client.</summary>
    public abstract byte[] Open(string name);

    /// <summary>Handles a frame of the opening: whether the client has joined with it, and what it answers.</summary>
    public abstract bool IsJoined(ReadOnlySpan<byte> frame, string name, out byte[]? answer);

    public abstract byte[] Send(int client, int number, string text);

    /// <summary>Sent regularly, so that the server does not disconnect a silent client.</summary>
    public abstract ReadOnlySpan<byte> KeepAlive { get; }

    protected static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}

/// <summary>actorchat.v1.</summary>
sealed class ActorChatProtocol : ChatProtocol
{
    readonly string run = Guid.NewGuid().ToString("N")[..10];

    public override string Name => "ActorChat";

    public override string Path => "/ws";

    public override string Subprotocol => "actorchat.v1";

    public override byte[] Open(string name) => Utf8($$"""{"type":"hello","id":0,"client":"load/1","name":"{{name}}"}""");

    public override bool IsJoined(ReadOnlySpan<byte> frame, string name, out byte[]? answer)
    {
        answer = null;
        if (frame.StartsWith("{\"type\":\"error\""u8)) throw new LoadException($"{name} could not join: {Encoding.UTF8.GetString(frame)}");
        return frame.StartsWith("{\"type\":\"live\""u8);
    }

    public override byte[] Send(int client, int number, string text) =>
        Utf8($$"""{"type":"send","id":{{number}},"conversation":"default","key":"{{run}}-{{client}}-{{number}}-load","text":"{{text}}"}""");

    public override ReadOnlySpan<byte> KeepAlive => "{\"type\":\"heartbeat\"}"u8;
}

/// <summary>The JSON hub protocol of SignalR, without negotiation: each record ends with 0x1e.</summary>
sealed class SignalRProtocol : ChatProtocol
{
    public override string Name => "SignalR";

    public override string Path => "/hub";

    public override byte[] Open(string name) => Utf8("{\"protocol\":\"json\",\"version\":1}\u001e");

    public override bool IsJoined(ReadOnlySpan<byte> frame, string name, out byte[]? answer)
    {
        answer = frame.StartsWith("{}\u001e"u8) ? Utf8($$"""{"type":1,"invocationId":"0","target":"Join","arguments":["{{name}}"]}""" + "\u001e") : null;
        return frame.IndexOf("\"type\":3"u8) >= 0;
    }

    public override byte[] Send(int client, int number, string text) => Utf8($$"""{"type":1,"target":"Say","arguments":["{{text}}"]}""" + "\u001e");

    public override ReadOnlySpan<byte> KeepAlive => "{\"type\":6}\u001e"u8;
}
