using System.ComponentModel.DataAnnotations;

namespace ActorChat.Actors.Persistence;

/// <summary>The section <c>Persistence</c>.</summary>
public sealed record PersistenceOptions
{
    /// <summary>How many commands one commit has at most.</summary>
    [Range(1, int.MaxValue)]
    public int MaxBatch { get; init; } = 1000;

    /// <summary>How many commands may wait for a commit. Further ones are answered <c>busy</c>.</summary>
    [Range(1, int.MaxValue)]
    public int QueueLimit { get; init; } = 20_000;
}
