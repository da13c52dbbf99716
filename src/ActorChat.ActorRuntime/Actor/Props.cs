using System.Linq.Expressions;

namespace Akka.Actor;

/// <summary>How to make an actor. Immutable; one object may serve any number of actors and all their restarts.</summary>
public sealed class Props
{
    private readonly IIndirectActorProducer producer;

    private Props(IIndirectActorProducer producer, object?[] arguments, SupervisorStrategy? supervisorStrategy = null)
    {
        this.producer = producer;
        Arguments = arguments;
        SupervisorStrategy = supervisorStrategy!;
    }

    public Type Type => producer.ActorType;

    public object?[] Arguments { get; }

    /// <summary>Overrides the one that the actor itself declares; null if it does not.</summary>
    public SupervisorStrategy SupervisorStrategy { get; }

    /// <summary>
    /// The body must be a plain <c>new X(...)</c>. Its arguments are evaluated here, once, and handed to every instance: a list made
    /// among them is shared by all of these.
    /// </summary>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase
    {
        // A conversion around the `new` hides it from us; Akka.NET calls such a factory anew for each instance, and so do we.
        if (factory.Body is UnaryExpression)
            return new Props(new FactoryProducer<TActor>(factory.Compile()), [], supervisorStrategy);
        var creation = (NewExpression)factory.Body;
        var arguments = creation.Arguments.Select(Evaluate).ToArray();
        return new Props(new ConstructorProducer(creation, typeof(TActor), arguments), arguments, supervisorStrategy);
    }

    public static Props Create<TActor>(params object?[] args)
        where TActor : ActorBase => Create(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy)
        where TActor : ActorBase, new() => new(new ActivatorProducer(typeof(TActor), []), [], supervisorStrategy);

    public static Props Create(Type type, params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        return new Props(new ActivatorProducer(type, args), args);
    }

    /// <summary>The one way to make actors with a factory of one's own.</summary>
    public static Props CreateBy(IIndirectActorProducer producer, params object?[] args) => new(producer, args);
    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) => new(producer, Arguments, supervisorStrategy);

    internal ActorBase NewActor()
    {
        try
        {
            return producer.Produce();
        }
        catch (Exception e)
        {
            throw new TypeLoadException($"Error while creating actor instance of type {Type} with {Arguments.Length} args", e);
        }
    }

    internal void Release(ActorBase actor) => producer.Release(actor);

    private static object? Evaluate(Expression argument) => argument is ConstantExpression constant
        ? constant.Value
        : Expression.Lambda<Func<object?>>(Expression.Convert(argument, typeof(object))).Compile(preferInterpretation: true)();
}

public interface IIndirectActorProducer
{
    Type ActorType { get; }

    ActorBase Produce();

    void Release(ActorBase actor);
}
