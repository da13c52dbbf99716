namespace Akka.Actor;

/// <summary>The handlers of one behaviour, tried in the order in which they were registered.</summary>
internal sealed class HandlerTable
{
    private Handler[] handlers = new Handler[4];
    private int count;
    private bool catchesAll;

    public void Add<T>(Func<T, bool> handle) => Add(new Handler<T>(handle), catchesEverything: false);

    public void Add<T>(Predicate<T>? when, Action<T> handle) =>
        Add(new ActionHandler<T>(when, handle), when is null && typeof(T) == typeof(object));

    public void Add(Type type, Func<object, bool> handle) =>
        Add<object>(message => type.IsInstanceOfType(message) && handle(message));

    public bool Handle(object message)
    {
        for (var i = 0; i < count; i++)
            if (handlers[i].TryHandle(message))
                return true;
        return false;
    }

    private void Add(Handler handler, bool catchesEverything)
    {
        if (catchesAll)
            throw new InvalidOperationException("A handler that catches all messages has been added. No handler can be added after that.");
        if (count == handlers.Length)
            Array.Resize(ref handlers, count * 2);
        handlers[count++] = handler;
        catchesAll = catchesEverything;
    }

    private abstract class Handler
    {
        public abstract bool TryHandle(object message);
    }

    private sealed class Handler<T>(Func<T, bool> handle) : Handler
    {
        public override bool TryHandle(object message) => message is T wanted && handle(wanted);
    }

    private sealed class ActionHandler<T>(Predicate<T>? when, Action<T> handle) : Handler
    {
        public override bool TryHandle(object message)
        {
            if (message is not T wanted || when?.Invoke(wanted) == false)
                return false;
            handle(wanted);
            return true;
        }
    }
}
