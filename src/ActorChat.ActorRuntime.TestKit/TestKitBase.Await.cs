namespace Akka.TestKit;

/// <summary>Asking again and again until it is so.</summary>
public abstract partial class TestKitBase
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(100);

    public void AwaitAssert(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Finished(Assert(() => { assertion(); return Task.CompletedTask; }, duration, interval, true, cancellationToken));
    public async Task AwaitAssertAsync(
        Action assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        await Assert(() => { assertion(); return Task.CompletedTask; }, duration, interval, false, cancellationToken);

    public async Task AwaitAssertAsync(
        Func<Task> assertion, TimeSpan? duration = null, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        await Assert(assertion, duration, interval, false, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, null, null, null, cancellationToken);

    public void AwaitCondition(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, null, cancellationToken);

    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, string? message, CancellationToken cancellationToken = default) =>
        AwaitCondition(conditionIsFulfilled, max, null, message, cancellationToken);

    public void AwaitCondition(
        Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default) =>
        Finished(Condition(() => Task.FromResult(conditionIsFulfilled()), max, interval, message, true, cancellationToken));
    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, null, null, cancellationToken);

    public Task AwaitConditionAsync(Func<Task<bool>> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, null, null, null, cancellationToken);

    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, null, cancellationToken);

    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, null, cancellationToken);

    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled, TimeSpan? max, string? message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, message, cancellationToken);

    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, string? message, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, max, null, message, cancellationToken);

    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(() => Task.FromResult(conditionIsFulfilled()), max, interval, message, cancellationToken);

    public async Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled, TimeSpan? max, TimeSpan? interval, string? message = null, CancellationToken cancellationToken = default) =>
        await Condition(conditionIsFulfilled, max, interval, message, false, cancellationToken);

    public bool AwaitConditionNoThrow(
        Func<bool> conditionIsFulfilled, TimeSpan max, TimeSpan? interval = null, CancellationToken cancellationToken = default) =>
        Finished(Until(() => Task.FromResult(conditionIsFulfilled()), max, interval ?? DefaultInterval, true, cancellationToken));

    internal async ValueTask<bool> Until(
        Func<Task<bool>> condition, TimeSpan max, TimeSpan interval, bool blocking, CancellationToken cancellationToken)
    {
        var limit = DateTime.UtcNow + max;
        while (!await condition())
        {
            var left = Left(limit);
            if (left == TimeSpan.Zero)
                return false;
            await Pause(left < interval ? left : interval, blocking, cancellationToken);
        }
        return true;
    }

    private static async ValueTask Pause(TimeSpan time, bool blocking, CancellationToken cancellationToken)
    {
        if (blocking)
            Thread.Sleep(time);
        else
            await Task.Delay(time, cancellationToken);
    }

    private async ValueTask<bool> Assert(
        Func<Task> assertion, TimeSpan? duration, TimeSpan? interval, bool blocking, CancellationToken cancellationToken)
    {
        var limit = DateTime.UtcNow + RemainingOrDilated(duration);
        var pause = interval ?? DefaultInterval;
        while (true)
        {
            try
            {
                await assertion();
                return true;
            }
            catch (Exception) when (DateTime.UtcNow + pause < limit)
            {
                // Not yet. The last failure of all is the one that the test shows.
            }
            await Pause(pause, blocking, cancellationToken);
        }
    }

    private async ValueTask<bool> Condition(
        Func<Task<bool>> condition, TimeSpan? max, TimeSpan? interval, string? message, bool blocking, CancellationToken cancellationToken)
    {
        var patience = RemainingOrDilated(max);
        var fulfilled = await Until(condition, patience, interval ?? DefaultInterval, blocking, cancellationToken);
        if (!fulfilled)
            assertions.Fail("Timeout {0} expired while waiting for condition. {1}", patience, message);
        return fulfilled;
    }
}
