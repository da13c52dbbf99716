using System.ComponentModel.DataAnnotations;

namespace ActorChat.Server.Sockets;

/// <summary>The section <c>Auth</c>.</summary>
sealed record AuthOptions : IValidatableObject
{
    internal const string AnyHost = "*";

    /// <summary>Origins of other sites whose pages may connect, for example <c>https://chat.example.org</c>.</summary>
    public string[] AllowedOrigins { get; init; } = [];

    /// <summary>
    /// Whether pages opened from a file may connect in the classic dialect. Null: only while the server listens on loopback addresses
    /// alone. actorchat.v1 never accepts them.
    /// </summary>
    public bool? AllowNullOrigin { get; init; }

    /// <summary>
    /// Host names under which clients may reach the server, in addition to IP addresses, <c>localhost</c>, the hosts in <c>Urls</c> and
    /// those of <see cref="AllowedOrigins"/>. <c>*</c> allows every name.
    /// </summary>
    public string[] AllowedHosts { get; init; } = [];

    internal IEnumerable<WebOrigin> Origins
    {
        get
        {
            foreach (var origin in AllowedOrigins)
                if (WebOrigin.TryParse(origin, out var parsed))
                    yield return parsed;
        }
    }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var origin in AllowedOrigins)
            if (!WebOrigin.TryParse(origin, out _))
                yield return new($"'{origin}' is not an origin. An origin is a scheme, a host and perhaps a port.",
                    [nameof(AllowedOrigins)]);
        foreach (var host in AllowedHosts)
            if (host != AnyHost && HostName.Normalize(host) is null)
                yield return new($"'{host}' is not a host. A host has no scheme and no port.", [nameof(AllowedHosts)]);
    }
}
