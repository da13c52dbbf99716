using System.ComponentModel.DataAnnotations;

namespace ActorChat.Actors.Agents;

/// <summary>The section <c>Answers</c>: how the bot answers.</summary>
public sealed record AnswerOptions
{
    /// <summary>How many answers run at the same time, in all conversations.</summary>
    [Range(1, int.MaxValue)]
    public int AtOnce { get; init; } = 4;

    /// <summary>How many questions may wait for that. A further one fails at once.</summary>
    [Range(1, int.MaxValue)]
    public int QueueLimit { get; init; } = 64;

    /// <summary>All text of the model within this time is one frame.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan DeltaInterval { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>How often the text of a running answer is saved, so that a crash loses little of it.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan SaveInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>An answer that takes longer fails and keeps the text so far.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>An answer with more UTF-16 units fails and keeps the text so far.</summary>
    [Range(1, int.MaxValue)]
    public int MaxChars { get; init; } = 32_768;

    /// <summary>How much of the conversation the model gets, in UTF-16 units: the newest lines that fit.</summary>
    [Range(1, int.MaxValue)]
    public int ContextChars { get; init; } = 16_000;
}
