namespace Akka.Actor;

/// <summary>Asynchronous handlers: while one is under way no ordinary message is taken, system messages are.</summary>
internal partial class ActorCell
{
    private ActorTaskScheduler? scheduler;
    private int handlersUnderWay;

    private bool IsAwaiting => handlersUnderWay > 0;

    /// <summary>Starts at once and on this thread; what follows an await comes back through the mailbox.</summary>
    public void RunTask(Func<Task> work)
    {
        scheduler ??= new ActorTaskScheduler(this);
        var start = new Task<Task>(work);
        start.RunSynchronously(scheduler);
        var handler = start.IsCompletedSuccessfully ? start.Result : start;
        if (handler.IsCompleted)
        {
            handler.GetAwaiter().GetResult();
            return;
        }
        handlersUnderWay++;
        handler.ContinueWith(
            static (task, cell) => ((ActorCell)cell!).Post(new HandlerEnded(task)),
            this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void EndHandler(Task handler)
    {
        handlersUnderWay--;
        handler.GetAwaiter().GetResult();
        if (!IsAwaiting && failing is null)
            inHand = null;
        idleTimeout?.Touch();
    }

    /// <summary>
    /// Plain awaits in a handler continue here, that is as system messages of the actor. They die with it: after a stop the rest of
    /// a handler is never run, its finally blocks neither.
    /// </summary>
    private sealed class ActorTaskScheduler(ActorCell cell) : TaskScheduler
    {
        public override int MaximumConcurrencyLevel => 1;
        public void Run(Task task) => TryExecuteTask(task);
        protected override void QueueTask(Task task) => cell.Post(new Continuation(task));

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
            !taskWasPreviouslyQueued && ReferenceEquals(ActorCell.Current, cell) && TryExecuteTask(task);

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }
}
