using System.ComponentModel.DataAnnotations;

namespace ActorChat.Actors.Nodes;

/// <summary>The section <c>SharedLog</c>: how a node follows what other nodes write. PostgreSQL only.</summary>
public sealed record SharedLogOptions
{
    /// <summary>How often a node reads the log when no notification comes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How many entries of one shard a reading has at most.</summary>
    [Range(1, int.MaxValue)]
    public int MaxEntries { get; init; } = 500;
}
