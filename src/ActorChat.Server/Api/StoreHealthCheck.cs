using ActorChat.Actors.Persistence;
using ActorChat.Domain;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorChat.Server.Api;

/// <summary>Writes to the store through the same actor as a message, and reports whether the write succeeded.</summary>
sealed class StoreHealthCheck(IRequiredActor<PersistenceActor> persistence, IHostApplicationLifetime lifetime) : IHealthCheck
{
    static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(3);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested) return HealthCheckResult.Unhealthy("The server is shutting down.");
        try
        {
            var probe = await persistence.ActorRef.Ask<Persisted>(ProbeStore.Instance, StoreTimeout, cancellationToken);
            return probe is { Items: [{ Outcome: CommandDone }] }
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("The store cannot write.");
        }
        catch (AskTimeoutException)
        {
            return HealthCheckResult.Unhealthy("The store does not answer.");
        }
    }
}
