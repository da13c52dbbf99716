using ActorChat.Actors;
using ActorChat.Actors.Agents;
using ActorChat.Actors.Conversations;
using ActorChat.Actors.Nodes;
using ActorChat.Actors.Persistence;
using ActorChat.Actors.Presence;
using ActorChat.Actors.ReadPositions;
using ActorChat.Actors.Sessions;
using ActorChat.Domain;
using ActorChat.Protocol;
using ActorChat.Server.Ai;
using ActorChat.Server.Page;
using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.AI;

namespace ActorChat.Server.Hosting;

/// <summary>The actors under /user: who is made, in which order, with what, and how they go down.</summary>
public static class ActorSystemSetup
{
    static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(4);
    static readonly TimeSpan HandOverTimeout = TimeSpan.FromSeconds(1.5);
    static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(3);

    public static void AddActors(this IServiceCollection services, Config hocon)
    {
        services.AddAkka("actorchat", (builder, provider) => builder
            .AddHocon(hocon, HoconAddMode.Prepend)
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory(provider.GetRequiredService<ILoggerFactory>());
            })
            .WithActors((system, registry) =>
            {
                var settings = provider.GetRequiredService<ActorSettings>();
                var store = provider.GetRequiredService<IChatStore>();
                var markup = provider.GetRequiredService<IMarkup>();

                var persistence = system.ActorOf(PersistenceActor.PropsFor(store, settings.Persistence), "persistence");
                var agent = system.ActorOf(
                    AiAgentActor.PropsFor(new AgentServices(provider.GetRequiredService<IChatClient>(), MockChatClient.Model, persistence, settings.Answers)), "ai");
                var bus = provider.GetRequiredService<INodeBus>();
                var router = provider.GetRequiredService<IConversationRouter>();
                var conversations = router.Start(system, new ConversationServices(store, persistence, agent, markup, settings.Conversations, bus));
                var time = provider.GetRequiredService<TimeProvider>();
                var reads = system.ActorOf(ReadPositionsActor.PropsFor(store, persistence, settings.Reads, bus), "reads");
                var presence = system.ActorOf(PresenceActor.PropsFor(settings.Presence, time, bus), "presence");
                var sessions = system.ActorOf(
                    SessionSupervisorActor.PropsFor(new SessionServices(
                        store, persistence, conversations, reads, presence, markup,
                        PageBuild.Of(provider.GetRequiredService<IWebHostEnvironment>().WebRootPath), provider.GetRequiredService<WireLimits>(), settings.Sessions, provider.GetRequiredService<ConnectionQuota>(),
                        time)),
                    "sessions");

                bus.OnNews(news => NewsRoutes.Of(news, conversations, reads, presence).Tell(new Heard(news), ActorRefs.NoSender));
                registry.Register<PersistenceActor>(persistence);
                registry.Register<SessionSupervisorActor>(sessions);
                GoDownInOrder(system, sessions, reads, persistence);
            }));
    }

    // Sockets are drained while everything behind them still works; then the store gets what is left.
    static void GoDownInOrder(ActorSystem system, IActorRef sessions, IActorRef reads, IActorRef persistence)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "drain-sessions", async () =>
        {
            await sessions.Ask<Drained>(Drain.Instance, DrainTimeout);
            return Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "flush-store", async () =>
        {
            try
            {
                await reads.Ask<ReadPositionsHandedOver>(HandOverReadPositions.Instance, HandOverTimeout);
            }
            catch (AskTimeoutException)
            {
                // Where somebody has read to is worth less than what was said: the store is flushed all the same.
            }
            await persistence.Ask<Flushed>(Flush.Instance, FlushTimeout);
            return Done.Instance;
        });
    }
}
