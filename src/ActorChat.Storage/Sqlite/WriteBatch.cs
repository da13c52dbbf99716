using ActorChat.Domain;

namespace ActorChat.Storage.Sqlite;

/// <summary>Commands on their way to the writer's thread, and the task of their outcomes.</summary>
internal sealed class WriteBatch(IReadOnlyList<StoreCommand> commands)
{
    const int Waiting = 0, Taken = 1, Withdrawn = 2;

    // Continuations run elsewhere: the writer's thread must not execute the code that awaits the outcome.
    readonly TaskCompletionSource<IReadOnlyList<StoreOutcome>> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int state;

    public IReadOnlyList<StoreCommand> Commands => commands;

    public Task<IReadOnlyList<StoreOutcome>> Outcome => outcome.Task;

    /// <summary>Called by the writer when it begins; false if the batch was withdrawn.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref state, Taken, Waiting) == Waiting;

    /// <summary>Called when the caller stops waiting; false if the writer has begun.</summary>
    public bool TryWithdraw() => Interlocked.CompareExchange(ref state, Withdrawn, Waiting) == Waiting;

    public void Answer(StoreOutcome[] outcomes) => outcome.SetResult(outcomes);

    public void Fail(Exception failure) => outcome.SetException(failure);
}
