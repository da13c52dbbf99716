using ActorChat.Actors.Conversations;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Presence;
using ActorChat.Actors.ReadPositions;
using ActorChat.Domain;
using ActorChat.Protocol;
using Akka;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Options;

namespace ActorChat.Actors.Sessions;

public static class SessionHosting
{
    static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(4);

    /// <summary>Adds <c>/user/sessions</c>. At shutdown it is the first: sessions end while everything behind them still works.</summary>
    /// <param name="pageBuild">The version of the page's files, for <c>welcome</c>; null if there is no page.</param>
    public static AkkaConfigurationBuilder AddSessions(this AkkaConfigurationBuilder builder, string? pageBuild) =>
        builder.WithActors((system, registry, services) =>
        {
            var sessions = system.ActorOf(
                SessionSupervisorActor.PropsFor(new SessionServices(
                    services.GetService<IChatStore>(), registry.Get<PersistenceActor>(), registry.Get<ConversationRegionActor>(),
                    registry.Get<ReadPositionsActor>(), registry.Get<PresenceActor>(), pageBuild,
                    services.GetService<IOptions<LimitsOptions>>().Value, services.GetService<IOptions<SessionOptions>>().Value,
                    services.GetService<IUserLimits>(), services.GetService<TimeProvider>())),
                "sessions");
            registry.Register<SessionSupervisorActor>(sessions);
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "drain-sessions", async () =>
            {
                await sessions.Ask<Drained>(Drain.Instance, DrainTimeout);
                return Done.Instance;
            });
        });
}
