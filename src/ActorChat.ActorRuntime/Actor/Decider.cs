namespace Akka.Actor;

public enum Directive
{
    /// <summary>Keep the instance and its state, go on with the next message.</summary>
    Resume,

    /// <summary>A new instance behind the same reference and queue.</summary>
    Restart,

    /// <summary>The parent fails itself, with the same cause.</summary>
    Escalate,

    Stop,
}

public interface IDecider
{
    Directive Decide(Exception cause);
}

public static class DirectiveExtensions
{
    public static KeyValuePair<Type, Directive> When<TException>(this Directive self)
        where TException : Exception => new(typeof(TException), self);
}

public static class Decider
{
    public static DeployableDecider From(Directive defaultDirective, params KeyValuePair<Type, Directive>[] pairs) =>
        new(defaultDirective, pairs);

    public static LocalOnlyDecider From(Func<Exception, Directive> localOnlyDecider) => new(localOnlyDecider);
}

public class LocalOnlyDecider(Func<Exception, Directive> decider) : IDecider
{
    public Directive Decide(Exception cause) => decider(cause);
}

/// <summary>The first pair whose type is the exception's or a base of it decides.</summary>
public class DeployableDecider(Directive defaultDirective, params KeyValuePair<Type, Directive>[] pairs) : IDecider
{
    public Directive DefaultDirective { get; } = defaultDirective;

    public Directive Decide(Exception cause)
    {
        foreach (var (type, directive) in pairs)
            if (type.IsInstanceOfType(cause))
                return directive;
        return DefaultDirective;
    }
}
