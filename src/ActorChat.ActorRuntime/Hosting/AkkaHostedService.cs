using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting;

/// <summary>Ties the life of the actor system to that of the host, both ways.</summary>
public partial class AkkaHostedService(
    AkkaConfigurationBuilder configurationBuilder,
    IServiceProvider serviceProvider,
    ILogger<AkkaHostedService> logger,
    IHostApplicationLifetime? applicationLifetime = null) : IHostedService
{
    private CoordinatedShutdown? shutdown;

    public virtual async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var system = serviceProvider.GetRequiredService<ActorSystem>();
            shutdown = CoordinatedShutdown.Get(system);
            await configurationBuilder.StartAsync(system).ConfigureAwait(false);
            _ = StopHostAfter(system);
        }
        catch (Exception e)
        {
            StartFailed(logger, e);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
            await StopAsync(patience.Token).ConfigureAwait(false);
            throw;
        }
    }

    public virtual async Task StopAsync(CancellationToken cancellationToken)
    {
        if (shutdown is not null)
            await shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "Unable to start the actor system; the application shuts down")]
    private static partial void StartFailed(ILogger logger, Exception exception);

    /// <summary>A host whose actors are gone serves nobody.</summary>
    private async Task StopHostAfter(ActorSystem system)
    {
        await system.WhenTerminated.ConfigureAwait(false);
        applicationLifetime?.StopApplication();
    }
}
