using System.ComponentModel.DataAnnotations;

namespace ActorChat.Protocol;

/// <summary>
/// The section <c>Limits</c>. For rates and connections 0 means no limit. <c>welcome</c> contains the limits of frames, texts and rates.
/// </summary>
public sealed record LimitsOptions : IValidatableObject
{
    /// <summary>The largest frame from a client, in bytes.</summary>
    [Range(1024, 1 << 24)]
    public int FrameBytes { get; init; } = 65536;

    /// <summary>The longest text of a message, in bytes of UTF-8. Less than <see cref="FrameBytes"/>.</summary>
    [Range(1, 1 << 24)]
    public int TextBytes { get; init; } = 16384;

    /// <summary>
    /// Messages a second that one user may send in the long run, over all connections. 0 switches <see cref="RequestsPerSecond"/> off, too.
    /// </summary>
    [Range(0d, 999_999d)]
    public double MessagesPerSecond { get; init; } = 5;

    /// <summary>Messages that one user may send at once after a pause.</summary>
    [Range(1, int.MaxValue)]
    public int MessagesBurst { get; init; } = 10;

    /// <summary>Requests a second, other than messages, that one user may make in the long run, over all connections.</summary>
    [Range(0d, 999_999d)]
    public double RequestsPerSecond { get; init; } = 100;

    /// <summary>Requests, other than messages, that one user may make at once after a pause.</summary>
    [Range(1, int.MaxValue)]
    public int RequestsBurst { get; init; } = 1000;

    /// <summary>Open connections of the whole server.</summary>
    [Range(0, int.MaxValue)]
    public int Connections { get; init; } = 50_000;

    /// <summary>Connections that have not sent hello yet. One address may hold half of them.</summary>
    [Range(0, int.MaxValue)]
    public int ConnectionsBeforeHello { get; init; } = 10_000;

    /// <summary>Open connections from one address.</summary>
    [Range(0, int.MaxValue)]
    public int ConnectionsPerAddress { get; init; } = 10_000;

    /// <summary>Open connections of one user.</summary>
    [Range(0, int.MaxValue)]
    public int ConnectionsPerUser { get; init; } = 100;

    /// <summary>New connections a second from one address in the long run. The default costs a good part of one core.</summary>
    [Range(0d, 999_999d)]
    public double HandshakesPerSecond { get; init; } = 2000;

    /// <summary>New connections at once from one address after a pause.</summary>
    [Range(1, int.MaxValue)]
    public int HandshakesBurst { get; init; } = 10_000;

    /// <summary>The rules that an attribute cannot express.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TextBytes >= FrameBytes) yield return new($"{nameof(TextBytes)} must be less than {nameof(FrameBytes)}.", [nameof(TextBytes)]);
        if (ConnectionsBeforeHello == 1)
            yield return new("One address may hold half of them, so it must be 0, or 2 or more.", [nameof(ConnectionsBeforeHello)]);
        (string, double)[] rates =
        [
            (nameof(MessagesPerSecond), MessagesPerSecond),
            (nameof(RequestsPerSecond), RequestsPerSecond),
            (nameof(HandshakesPerSecond), HandshakesPerSecond),
        ];
        foreach (var (name, rate) in rates)
            if (rate is > 0 and < 0.001) yield return new($"{name} must be 0 for no limit, or 0.001 or more.", [name]);
    }
}
