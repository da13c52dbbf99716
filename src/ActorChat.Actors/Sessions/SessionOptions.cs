using System.ComponentModel.DataAnnotations;

namespace ActorChat.Actors.Sessions;

/// <summary>The section <c>Sessions</c>.</summary>
public sealed record SessionOptions
{
    /// <summary>From the connection to the first frame.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From a refused name to the next one. A person thinks meanwhile.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan NameTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Unanswered sends of one connection. With more, the server stops reading from its socket.</summary>
    [Range(1, int.MaxValue)]
    public int InFlight { get; init; } = 256;

    /// <summary>How many <c>history</c> and <c>pull</c> requests of one connection run at once. More wait.</summary>
    [Range(1, int.MaxValue)]
    public int Reads { get; init; } = 4;

    /// <summary>How often the server asks the store which sign-ins were ended by another node or by an operator.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan RevokedPoll { get; init; } = TimeSpan.FromMilliseconds(500);
}
