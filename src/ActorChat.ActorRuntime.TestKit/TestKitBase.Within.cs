namespace Akka.TestKit;

/// <summary>A block that must end in time; what waits inside without a time of its own gets what is left.</summary>
public abstract partial class TestKitBase
{
    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    public void Within(
        TimeSpan min,
        TimeSpan max,
        Action action,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Within(min, max, () => { action(); return true; }, hint, epsilonValue, cancellationToken);

    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public T Within<T>(
        TimeSpan min,
        TimeSpan max,
        Func<T> function,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        Finished(new ValueTask<T>(WithinAsync(min, max, () => Task.FromResult(function()), hint, epsilonValue, cancellationToken)));
    public Task WithinAsync(
        TimeSpan max, Func<Task> actionAsync, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, actionAsync, null, epsilonValue, cancellationToken);

    public Task WithinAsync(
        TimeSpan min,
        TimeSpan max,
        Func<Task> actionAsync,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default) =>
        WithinAsync(min, max, async () => { await actionAsync(); return true; }, hint, epsilonValue, cancellationToken);

    public Task<T> WithinAsync<T>(
        TimeSpan max, Func<Task<T>> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public async Task<T> WithinAsync<T>(
        TimeSpan min,
        TimeSpan max,
        Func<Task<T>> function,
        string? hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default)
    {
        max = Dilated(max);
        var start = DateTime.UtcNow;
        var outer = end;
        if (outer is { } limit)
        {
            assertions.AssertTrue(limit - start >= min, "Required min time {0} not possible, only {1} left. {2}", min, limit - start, hint);
            max = max < limit - start ? max : limit - start;
        }
        lastWasNoMsg = false;
        end = start + max;
        T result;
        try
        {
            // A little longer than allowed: a block that ends late should say so itself.
            result = await function().WaitAsync(max + TimeSpan.FromMilliseconds(200), cancellationToken);
        }
        catch (TimeoutException)
        {
            result = default!;
        }
        finally
        {
            end = outer;
        }
        var elapsed = DateTime.UtcNow - start;
        assertions.AssertTrue(elapsed >= min, "Failed: Block took {0}, should have at least been {1}. {2}", elapsed, min, hint);
        if (!lastWasNoMsg)
            assertions.AssertTrue(
                elapsed <= max + (epsilonValue ?? TimeSpan.Zero), "Failed: Block took {0}, exceeding {1}. {2}", elapsed, max, hint);
        return result;
    }
}
