using System.ComponentModel.DataAnnotations;

namespace ActorChat.Actors.ReadPositions;

/// <summary>The section <c>ReadPositions</c>.</summary>
public sealed record ReadPositionOptions
{
    /// <summary>A user's other sessions hear of all reading within this time at once.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan TellAfter { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The store gets all reading within this time at once.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan SaveAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many positions one command to the store has at most.</summary>
    [Range(1, int.MaxValue)]
    public int MaxBatch { get; init; } = 1000;

    /// <summary>How many positions may wait for the store. A further one is dropped; the user's next one takes its place.</summary>
    [Range(1, int.MaxValue)]
    public int QueueLimit { get; init; } = 20_000;
}
