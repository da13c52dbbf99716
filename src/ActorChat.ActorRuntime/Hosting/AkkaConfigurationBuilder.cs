using Akka.Actor;
using Akka.Configuration;
using Akka.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting;

public enum HoconAddMode
{
    /// <summary>What is there already wins.</summary>
    Append,

    /// <summary>The new wins.</summary>
    Prepend,

    Replace,
}

public delegate Task ActorStarter(ActorSystem system, IActorRegistry registry);

public delegate Task ActorStarterWithResolver(ActorSystem system, IActorRegistry registry, IDependencyResolver resolver);

public delegate Task StartupTask(ActorSystem system, IActorRegistry registry);

/// <summary>Collects what AddAkka is told: the configuration of the system and what to start in it, in that order.</summary>
public sealed class AkkaConfigurationBuilder(IServiceCollection serviceCollection, string actorSystemName)
{
    private readonly List<ActorStarter> actorStarters = [];
    private readonly List<StartupTask> startupTasks = [];

    internal Config Configuration { get; private set; } = Config.Empty;

    internal ILoggerFactory? LoggerFactory { get; set; }

    public AkkaConfigurationBuilder StartActors(ActorStarter starter)
    {
        actorStarters.Add(starter);
        return this;
    }

    public AkkaConfigurationBuilder StartActors(ActorStarterWithResolver starter) =>
        StartActors((system, registry) => starter(system, registry, DependencyResolver.For(system).Resolver));

    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry> starter) => StartActors((system, registry) =>
    {
        starter(system, registry);
        return Task.CompletedTask;
    });

    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry, IDependencyResolver> starter) =>
        StartActors((ActorSystem system, IActorRegistry registry) => starter(system, registry, DependencyResolver.For(system).Resolver));

    /// <summary>Runs after all actors have been started.</summary>
    public AkkaConfigurationBuilder AddStartup(StartupTask startupTask)
    {
        startupTasks.Add(startupTask);
        return this;
    }

    public AkkaConfigurationBuilder AddStartup(Action<ActorSystem, IActorRegistry> startupTask) => AddStartup((system, registry) =>
    {
        startupTask(system, registry);
        return Task.CompletedTask;
    });

    internal void Add(Config hocon, HoconAddMode mode) => Configuration = mode switch
    {
        HoconAddMode.Append => Configuration.WithFallback(hocon),
        HoconAddMode.Prepend => hocon.WithFallback(Configuration),
        HoconAddMode.Replace => hocon,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
    };

    internal void Bind()
    {
        // Lazily: the system is made when somebody first asks for it, at the latest by the hosted service.
        serviceCollection.AddSingleton(CreateSystem);
        serviceCollection.AddSingleton(provider => ActorRegistry.For(provider.GetRequiredService<ActorSystem>()));
        serviceCollection.AddSingleton<IActorRegistry>(provider => provider.GetRequiredService<ActorRegistry>());
        serviceCollection.AddSingleton<IReadOnlyActorRegistry>(provider => provider.GetRequiredService<ActorRegistry>());
        serviceCollection.AddSingleton(typeof(IRequiredActor<>), typeof(RequiredActor<>));
    }

    internal async Task StartAsync(ActorSystem system)
    {
        var registry = ActorRegistry.For(system);
        foreach (var start in actorStarters)
            await start(system, registry).ConfigureAwait(false);
        foreach (var run in startupTasks)
            await run(system, registry).ConfigureAwait(false);
    }

    private ActorSystem CreateSystem(IServiceProvider provider)
    {
        // The builder's callback may need the provider, so it runs with the first resolution and not before.
        provider.GetRequiredService<AkkaConfigurationBuilder>();
        var system = ActorSystem.Create(actorSystemName, Configuration, LoggerFactory ?? provider.GetService<ILoggerFactory>());
        DependencyResolver.Register(system, provider);
        return system;
    }
}
