using System.ComponentModel.DataAnnotations;

namespace ActorChat.Server.Sockets;

/// <summary>The section <c>Auth</c>.</summary>
sealed record AuthOptions : IValidatableObject
{
    /// <summary>Origins of other sites whose pages may connect, for example <c>https://chat.example.org</c>.</summary>
    public string[] AllowedOrigins { get; init; } = [];

    /// <summary>Whether pages opened from a file may connect. The classic page is one.</summary>
    public bool AllowNullOrigin { get; init; } = true;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var origin in AllowedOrigins)
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
                || origin != uri.GetLeftPart(UriPartial.Authority))
                yield return new($"'{origin}' is not an origin. An origin is a scheme, a host and perhaps a port.",
                    [nameof(AllowedOrigins)]);
    }
}
