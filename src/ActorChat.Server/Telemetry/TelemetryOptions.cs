using System.ComponentModel.DataAnnotations;

namespace ActorChat.Server.Telemetry;

/// <summary>The section <c>Telemetry</c>. Everything is off by default.</summary>
sealed record TelemetryOptions : IValidatableObject
{
    public const string Section = "Telemetry";

    /// <summary>
    /// The base URL of a collector that takes OTLP over HTTP, such as <c>http://localhost:4318</c>; empty to export nothing.
    /// </summary>
    public string OtlpEndpoint { get; init; } = "";

    /// <summary>Whether <c>GET /metrics</c> serves the metrics in the format of Prometheus, to requests from this machine.</summary>
    public bool Prometheus { get; init; }

    /// <summary>Whether it serves them to every address.</summary>
    public bool PrometheusAnywhere { get; init; }

    /// <summary>The collector; null to export nothing.</summary>
    internal Uri? Collector => Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (OtlpEndpoint.Length > 0 && Collector is null)
            yield return new ValidationResult($"'{OtlpEndpoint}' is no URL such as http://localhost:4318.", [nameof(OtlpEndpoint)]);
        if (PrometheusAnywhere && !Prometheus)
            yield return new ValidationResult("It has no effect without Telemetry:Prometheus.", [nameof(PrometheusAnywhere)]);
    }
}
