using ActorChat.Actors.Agents;
using ActorChat.Actors.Conversations;
using ActorChat.Actors.Nodes;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Presence;
using ActorChat.Actors.ReadPositions;
using ActorChat.Actors.Sessions;
using ActorChat.Actors.Telemetry;
using ActorChat.Server.Options;
using ActorChat.Server.Page;
using Akka.Hosting;

namespace ActorChat.Server.Hosting;

/// <summary>Registers the top-level actors. An actor comes after those that it uses.</summary>
static class ActorSystemSetup
{
    static readonly string HoconFile = Path.Combine(AppContext.BaseDirectory, "hocon", "actorchat.conf");

    public static IServiceCollection AddActors(this IServiceCollection services) => services.AddAkka("actorchat", (akka, provider) => akka
        .AddHoconFile(HoconFile, HoconAddMode.Prepend)
        .AddLogging(provider)
        .WithActorSystemLivenessCheck()
        .AddDeadLetterCount()
        .AddPersistence()
        .AddAgents()
        .AddConversations()
        .AddReadPositions()
        .AddPresence()
        .AddNodeBus()
        .AddSessions(PageBuild.Of(provider.GetRequiredService<IWebHostEnvironment>().WebRootPath)));

    static AkkaConfigurationBuilder AddLogging(this AkkaConfigurationBuilder akka, IServiceProvider provider) =>
        akka.ConfigureLoggers(loggers =>
        {
            loggers.ClearLoggers();
            loggers.AddLoggerFactory(provider.GetRequiredService<ILoggerFactory>());
        });
}
