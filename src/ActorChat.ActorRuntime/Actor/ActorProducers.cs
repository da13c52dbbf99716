using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor;

/// <summary>Calls the constructor that an expression names, through a delegate compiled once per constructor.</summary>
internal sealed class ConstructorProducer(NewExpression creation, Type actorType, object?[] arguments) : IIndirectActorProducer
{
    private static readonly ConcurrentDictionary<ConstructorInfo, ConstructorInvoker> Invokers = new();

    private readonly ConstructorInvoker? invoker = creation.Constructor is { } constructor
        ? Invokers.GetOrAdd(constructor, ConstructorInvoker.Create)
        : null;

    public Type ActorType { get; } = actorType;

    public ActorBase Produce()
    {
        try
        {
            return (ActorBase)invoker!.Invoke(arguments.AsSpan());
        }
        catch (Exception e) when (e is not TargetInvocationException)
        {
            // The same nesting whichever way the constructor was called.
            throw new TargetInvocationException(e);
        }
    }

    public void Release(ActorBase actor) { }
}

/// <summary>Looks for a constructor that takes the arguments only when an instance is wanted, so that a mistake fails the actor.</summary>
internal sealed class ActivatorProducer(Type actorType, object?[] arguments) : IIndirectActorProducer
{
    private const BindingFlags AnyConstructor =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.CreateInstance;

    public Type ActorType { get; } = actorType;
    public ActorBase Produce() => (ActorBase)Activator.CreateInstance(ActorType, AnyConstructor, null, arguments, null)!;
    public void Release(ActorBase actor) { }
}

internal sealed class FactoryProducer<TActor>(Func<TActor> factory) : IIndirectActorProducer
    where TActor : ActorBase
{
    public Type ActorType => typeof(TActor);
    public ActorBase Produce() => factory();
    public void Release(ActorBase actor) { }
}
