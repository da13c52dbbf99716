using ActorChat.Domain;

namespace ActorChat.Storage.Sqlite;

/// <summary>Commands on their way to the writer's thread, and the promise of their outcomes.</summary>
internal sealed class WriteBatch(IReadOnlyList<StoreCommand> commands)
{
    const int Waiting = 0, Taken = 1, Withdrawn = 2;

    // The writer's thread must not run what awaits the outcome.
    readonly TaskCompletionSource<IReadOnlyList<StoreOutcome>> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _state;

    public IReadOnlyList<StoreCommand> Commands => commands;

    public Task<IReadOnlyList<StoreOutcome>> Outcome => _outcome.Task;

    /// <summary>The writer begins with it; false where it has been withdrawn.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>The caller waits no longer; false where the writer has begun.</summary>
    public bool TryWithdraw() => Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) == Waiting;

    public void Answer(StoreOutcome[] outcomes) => _outcome.SetResult(outcomes);

    public void Fail(Exception failure) => _outcome.SetException(failure);
}
