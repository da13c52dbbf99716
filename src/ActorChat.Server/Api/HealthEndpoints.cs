using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorChat.Server.Api;

/// <summary>
/// <c>/healthz</c> reports whether the process and its actor system run. <c>/readyz</c> reports whether the server can store messages
/// and is not shutting down.
/// </summary>
static class HealthEndpoints
{
    const string Ready = "ready";

    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        // Akka.Hosting adds the check of its actor system (see ActorSystemSetup).
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("store", tags: [Ready]);
        return services;
    }

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapHealthChecks("/healthz", Checks(check => !check.Tags.Contains(Ready)));
        app.MapHealthChecks("/readyz", Checks(check => check.Tags.Contains(Ready)));
    }

    static HealthCheckOptions Checks(Func<HealthCheckRegistration, bool> predicate) =>
        new() { Predicate = predicate, ResponseWriter = WriteAsync };

    // The status, then one line for each failed check, readable with curl.
    static Task WriteAsync(HttpContext http, HealthReport report)
    {
        var failed = report.Entries
            .Where(entry => entry.Value.Status != HealthStatus.Healthy)
            .Select(entry => $"\n{entry.Key}: {entry.Value.Description}");
        http.Response.ContentType = "text/plain";
        return http.Response.WriteAsync($"{report.Status}{string.Concat(failed)}");
    }
}
