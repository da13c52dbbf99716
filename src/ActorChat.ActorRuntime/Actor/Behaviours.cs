namespace Akka.Actor;

/// <summary>The stack of behaviours of one instance. It goes with the instance, so a restart begins anew.</summary>
internal sealed class Behaviours(Receive initial)
{
    /// <summary>What lies below the top; made only for actors that stack.</summary>
    private Stack<Receive>? below;

    public Receive Top { get; private set; } = initial;

    public void Become(Receive receive) => Top = receive;

    public void BecomeStacked(Receive receive)
    {
        (below ??= new Stack<Receive>()).Push(Top);
        Top = receive;
    }

    public void UnbecomeStacked()
    {
        if (below is not null && below.TryPop(out var receive))
            Top = receive;
    }
}
