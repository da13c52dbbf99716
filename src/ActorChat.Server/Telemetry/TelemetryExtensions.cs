using System.Net;
using System.Reflection;
using ActorChat.Actors.Telemetry;
using ActorChat.Storage;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ActorChat.Server.Telemetry;

/// <summary>Exports metrics and traces through OpenTelemetry, if the settings ask for it.</summary>
static class TelemetryExtensions
{
    // When the server stops it sends what is left, and a collector that hangs must not delay that: the server has ten seconds in all.
    const int ExportTimeoutMs = 2000;

    static readonly string[] HeadersOfProxies = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var options = Read(builder.Configuration);
        if (options.Collector is not null || options.Prometheus) AddOpenTelemetry(builder.Services, options);
    }

    static TelemetryOptions Read(IConfiguration configuration) =>
        configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new TelemetryOptions();

    // HTTP requests are measured but not traced: ASP.NET Core would keep the span of a WebSocket for as long as that is open.
    static void AddOpenTelemetry(IServiceCollection services, TelemetryOptions options)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("actorchat", serviceVersion: Version()).AddEnvironmentVariableDetector())
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(ChatMetrics.MeterName, StorageMetrics.MeterName)
                    .AddAspNetCoreInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddNpgsqlInstrumentation();
                if (options.Prometheus) metrics.AddPrometheusExporter();
                if (options.Collector is { } collector) metrics.AddOtlpExporter(otlp => SendTo(collector, "v1/metrics", otlp));
            });
        if (options.Collector is { } tracesTo)
            telemetry.WithTracing(traces =>
                traces.AddSource(ChatTraces.SourceName).AddNpgsql().AddOtlpExporter(otlp => SendTo(tracesTo, "v1/traces", otlp)));
    }

    static void SendTo(Uri collector, string path, OtlpExporterOptions otlp)
    {
        otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
        otlp.Endpoint = new Uri($"{collector.AbsoluteUri.TrimEnd('/')}/{path}");
        otlp.TimeoutMilliseconds = ExportTimeoutMs;
    }

    static string? Version() =>
        typeof(TelemetryExtensions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    /// <summary>
    /// Serves the metrics to Prometheus, if the settings ask for it. To anybody who may not read them the path does not exist.
    /// </summary>
    public static void UseTelemetry(this WebApplication app)
    {
        if (Read(app.Configuration) is { Prometheus: true } options) ServeMetrics(app, options.PrometheusAnywhere);
    }

    // A method of its own, as the one above: a server without telemetry does not load OpenTelemetry.
    static void ServeMetrics(WebApplication app, bool toAnybody) => app.UseOpenTelemetryPrometheusScrapingEndpoint(http =>
        HttpMethods.IsGet(http.Request.Method) && http.Request.Path == "/metrics" && (toAnybody || IsFromThisMachine(http)));

    // A proxy on this machine would let everybody in, and most proxies name themselves or their client.
    internal static bool IsFromThisMachine(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !HeadersOfProxies.Any(http.Request.Headers.ContainsKey);
}
