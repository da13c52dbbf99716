namespace Akka.Actor;

public abstract class UntypedActor : ActorBase
{
    protected static new IUntypedActorContext Context => ActiveCell;

    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    protected abstract void OnReceive(object message);
    protected void Become(UntypedReceive receive) => Context.Become(receive);
    protected void BecomeStacked(UntypedReceive receive) => Context.BecomeStacked(receive);

    /// <summary>Runs asynchronous work as part of the message in hand: the next message waits for its end.</summary>
    protected void RunTask(Func<Task> action) => ActiveCell.RunTask(action);

    protected void RunTask(Action action) => RunTask(() =>
    {
        action();
        return Task.CompletedTask;
    });
}
