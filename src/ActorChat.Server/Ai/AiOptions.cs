using System.ComponentModel.DataAnnotations;

namespace ActorChat.Server.Ai;

/// <summary>The section <c>Ai</c>.</summary>
sealed record AiOptions
{
    public const string Mock = "mock";

    /// <summary>The provider of answers. <c>mock</c> answers by keyword, without a model.</summary>
    [AllowedValues(Mock, ErrorMessage = "{0} must be mock.")]
    public string Provider { get; init; } = Mock;

    /// <summary>The pause of <c>mock</c> between two pieces of an answer, in milliseconds.</summary>
    [Range(0, 10_000)]
    public int MockDelayMs { get; init; } = 25;
}
