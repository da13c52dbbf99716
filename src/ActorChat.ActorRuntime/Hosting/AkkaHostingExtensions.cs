using Akka.Actor;
using Akka.Configuration;
using Akka.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Akka.Hosting;

public static class AkkaHostingExtensions
{
    public static IServiceCollection AddAkka(
        this IServiceCollection services, string actorSystemName, Action<AkkaConfigurationBuilder> builder) =>
        services.AddAkka(actorSystemName, (configuration, _) => builder(configuration));

    public static IServiceCollection AddAkka(
        this IServiceCollection services, string actorSystemName, Action<AkkaConfigurationBuilder, IServiceProvider> builder)
    {
        var configuration = new AkkaConfigurationBuilder(services, actorSystemName);
        services.AddSingleton(provider =>
        {
            builder(configuration, provider);
            return configuration;
        });
        configuration.Bind();
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<AkkaHostedService>(
            provider, provider.GetRequiredService<AkkaConfigurationBuilder>()));
        return services;
    }

    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, Action<ActorSystem, IActorRegistry> actorStarter) => builder.StartActors(actorStarter);

    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, Action<ActorSystem, IActorRegistry, IDependencyResolver> actorStarter) =>
        builder.StartActors(actorStarter);

    public static AkkaConfigurationBuilder WithActors(this AkkaConfigurationBuilder builder, ActorStarter actorStarter) =>
        builder.StartActors(actorStarter);

    public static AkkaConfigurationBuilder WithActors(
        this AkkaConfigurationBuilder builder, ActorStarterWithResolver actorStarter) => builder.StartActors(actorStarter);

    public static AkkaConfigurationBuilder AddHocon(this AkkaConfigurationBuilder builder, Config hocon, HoconAddMode addMode)
    {
        builder.Add(hocon, addMode);
        return builder;
    }

    public static AkkaConfigurationBuilder AddHoconFile(
        this AkkaConfigurationBuilder builder, string hoconFilePath, HoconAddMode addMode) =>
        builder.AddHocon(ConfigurationFactory.ParseString(File.ReadAllText(hoconFilePath)), addMode);

    /// <summary>For every Ask that is given no timeout of its own.</summary>
    public static AkkaConfigurationBuilder WithActorAskTimeout(this AkkaConfigurationBuilder builder, TimeSpan timeout) =>
        builder.AddHocon(
            timeout <= TimeSpan.Zero ? "akka.actor.ask-timeout = infinite" : $"akka.actor.ask-timeout = {(long)timeout.TotalMilliseconds} ms",
            HoconAddMode.Prepend);
}
