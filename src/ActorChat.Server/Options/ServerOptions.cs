namespace ActorChat.Server.Options;

/// <summary>The section <c>Limits</c>. 0 switches a limit off where that is said.</summary>
public sealed class LimitsOptions
{
    /// <summary>Of a frame from a client, in bytes.</summary>
    public int FrameBytes { get; set; } = 65536;

    /// <summary>Of a message's text, in bytes of UTF-8.</summary>
    public int TextBytes { get; set; } = 16384;

    /// <summary>Messages a second that one user may send in the long run, over all of their connections; 0: no limit, for <see cref="RequestsPerSecond"/> neither.</summary>
    public double MessagesPerSecond { get; set; } = 5;

    /// <summary>Messages that they may send at once after a pause.</summary>
    public int MessagesBurst { get; set; } = 10;

    /// <summary>The same for requests that are no messages; 0: no limit.</summary>
    public double RequestsPerSecond { get; set; } = 100;

    /// <summary>Such requests at once after a pause.</summary>
    public int RequestsBurst { get; set; } = 1000;

    /// <summary>Open connections of the whole server; 0: no limit.</summary>
    public int Connections { get; set; } = 50_000;

    /// <summary>Of those, connections whose client has not said who it is; one address holds half of them at most. 0: no limit.</summary>
    public int ConnectionsBeforeHello { get; set; } = 10_000;

    /// <summary>Open connections from one address; 0: no limit.</summary>
    public int ConnectionsPerAddress { get; set; } = 10_000;

    /// <summary>Open connections of one user; 0: no limit.</summary>
    public int ConnectionsPerUser { get; set; } = 100;

    /// <summary>New connections a second from one address in the long run; 0: no limit. The default is a good part of one core.</summary>
    public double HandshakesPerSecond { get; set; } = 2000;

    /// <summary>New connections at once from one address after a pause.</summary>
    public int HandshakesBurst { get; set; } = 10_000;
}

/// <summary>The section <c>Auth</c>.</summary>
public sealed class AuthOptions
{
    /// <summary>Origins of other sites whose pages may connect, as <c>https://chat.example.org</c>.</summary>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>Whether pages opened from a file may connect; the classic page is one.</summary>
    public bool AllowNullOrigin { get; set; } = true;
}

/// <summary>The section <c>Ai</c>.</summary>
public sealed class AiOptions
{
    /// <summary><c>mock</c>: answers by keyword, without any model.</summary>
    public string Provider { get; set; } = "mock";

    /// <summary>The mock's pause between two pieces of an answer, in milliseconds.</summary>
    public int MockDelayMs { get; set; } = 25;
}
