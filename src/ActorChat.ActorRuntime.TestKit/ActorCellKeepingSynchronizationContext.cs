using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Carries the implicit sender of a test over its awaits, to whichever thread it goes on.</summary>
internal sealed class ActorCellKeepingSynchronizationContext(ActorCell? cell) : SynchronizationContext
{
    public override SynchronizationContext CreateCopy() => new ActorCellKeepingSynchronizationContext(cell);
    public override void Post(SendOrPostCallback d, object? state) => ThreadPool.QueueUserWorkItem(_ => Run(d, state));
    public override void Send(SendOrPostCallback d, object? state) => Run(d, state);

    private void Run(SendOrPostCallback callback, object? state)
    {
        var outerCell = ActorCell.Ambient;
        var outerContext = Current;
        ActorCell.Ambient = cell;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            ActorCell.Ambient = outerCell;
            SetSynchronizationContext(outerContext);
        }
    }
}
