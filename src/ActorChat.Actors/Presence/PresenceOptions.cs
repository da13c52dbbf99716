using System.ComponentModel.DataAnnotations;

namespace ActorChat.Actors.Presence;

/// <summary>The section <c>Presence</c>.</summary>
public sealed record PresenceOptions
{
    /// <summary>All who come and go within this time are one frame. The time grows with the room.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan Gather { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A user who is back within this time, for example after a reload, was never away.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>With more people in a conversation, clients get their number only.</summary>
    [Range(1, int.MaxValue)]
    public int Named { get; init; } = 1000;
}
