using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Akka.DependencyInjection;

/// <summary>Makes Props whose constructor arguments come partly from the caller and the rest from the container.</summary>
public interface IDependencyResolver
{
    Props Props(Type type);
    Props Props(Type type, params object[] args);

    Props Props<T>()
        where T : ActorBase;

    Props Props<T>(params object[] args)
        where T : ActorBase;
}

/// <remarks>
/// The services come from the root provider and live as long as it does. An actor that needs a scope takes an
/// <see cref="IServiceScopeFactory"/> and opens one itself.
/// </remarks>
public class ServiceProviderDependencyResolver(IServiceProvider serviceProvider) : IDependencyResolver
{
    public IServiceProvider ServiceProvider { get; } = serviceProvider;
    public Props Props(Type type) => Props(type, []);

    public Props Props(Type type, params object[] args) =>
        Actor.Props.CreateBy(new ServiceProviderActorProducer(ServiceProvider, type, args), args);

    public Props Props<T>()
        where T : ActorBase => Props(typeof(T), []);

    public Props Props<T>(params object[] args)
        where T : ActorBase => Props(typeof(T), args);

    private sealed class ServiceProviderActorProducer(IServiceProvider provider, Type type, object[] args) : IIndirectActorProducer
    {
        public Type ActorType { get; } = type;
        public ActorBase Produce() => (ActorBase)ActivatorUtilities.CreateInstance(provider, ActorType, args);
        public void Release(ActorBase actor) { }
    }
}

public sealed class DependencyResolver(IDependencyResolver resolver)
{
    public IDependencyResolver Resolver { get; } = resolver;

    public static DependencyResolver For(ActorSystem actorSystem) => actorSystem.Extension<DependencyResolver>(
        _ => throw new ConfigurationException("The actor system was not made with a service provider: use AddAkka."));

    public Props Props(Type type) => Resolver.Props(type);
    public Props Props(Type type, params object[] args) => Resolver.Props(type, args);

    public Props Props<T>()
        where T : ActorBase => Resolver.Props<T>();

    public Props Props<T>(params object[] args)
        where T : ActorBase => Resolver.Props<T>(args);

    internal static void Register(ActorSystem system, IServiceProvider provider) =>
        system.Extension(_ => new DependencyResolver(new ServiceProviderDependencyResolver(provider)));
}
