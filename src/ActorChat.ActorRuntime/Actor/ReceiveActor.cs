namespace Akka.Actor;

/// <summary>An actor that registers a handler per type of message, in its constructor and in the callbacks of Become.</summary>
public abstract class ReceiveActor : UntypedActor
{
    private readonly HandlerTable initial = new();
    private HandlerTable? open;

    protected ReceiveActor() => open = initial;

    private HandlerTable Open => open ?? throw new InvalidOperationException(
        "You may only call Receive-methods when constructing the actor and inside Become().");

    protected sealed override void OnReceive(object message) => Run(initial, message);
    protected void Become(Action configure) => Behaviours.Become(Configure(configure));
    protected void BecomeStacked(Action configure) => Behaviours.BecomeStacked(Configure(configure));
    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) => Open.Add(shouldHandle, handler);
    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Open.Add(shouldHandle, handler);
    protected void Receive<T>(Func<T, bool> handler) => Open.Add(handler);

    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null)
    {
        if (messageType == typeof(object))
            Open.Add(shouldHandle, handler);
        else
            Open.Add<object>(m => messageType.IsInstanceOfType(m) && shouldHandle?.Invoke(m) != false, handler);
    }

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Receive(messageType, handler, shouldHandle);

    protected void Receive(Type messageType, Func<object, bool> handler) => Open.Add(messageType, handler);
    protected void ReceiveAny(Action<object> handler) => Open.Add(null, handler);

    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Open.Add(shouldHandle, Async(handler));

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) =>
        Open.Add(shouldHandle, Async(handler));

    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        Receive(messageType, Async(handler), shouldHandle);

    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        Receive(messageType, Async(handler), shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => Open.Add(null, Async(handler));

    internal override void FinishConstruction(ActorCell cell)
    {
        open = null;
        base.FinishConstruction(cell);
    }

    private static Action<T> Async<T>(Func<T, Task> handler) => message => ActiveCell.RunTask(() => handler(message));

    private Receive Configure(Action configure)
    {
        var outer = open;
        var table = open = new HandlerTable();
        try
        {
            configure();
        }
        finally
        {
            open = outer;
        }
        return message =>
        {
            Run(table, message);
            return true;
        };
    }

    private void Run(HandlerTable table, object message)
    {
        if (!table.Handle(message))
            Unhandled(message);
    }
}
