using Akka.Actor;
using Akka.Event;

namespace Akka.TestKit;

internal sealed class EventFilterApplier(TestKitBase testkit, ActorSystem system, EventFilter[] filters) : IEventFilterApplier
{
    public EventFilterFactory And => new(testkit, system, filters);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) =>
        Expect(1, action, cancellationToken);

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, action, cancellationToken);

    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default) => Expect(1, func, cancellationToken);

    public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Blocking(1, timeout, func, cancellationToken);
    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, actionAsync, cancellationToken);

    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, timeout, action, cancellationToken);

    public Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, func, cancellationToken);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Blocking(expectedCount, null, Returning(action), cancellationToken);

    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Blocking(expectedCount, timeout, Returning(action), cancellationToken);

    public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default) =>
        Blocking(expectedCount, null, func, cancellationToken);
    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        Run(expectedCount, null, Returning(actionAsync), false, cancellationToken).AsTask();

    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
        Run(expectedCount, timeout, Returning(action), false, cancellationToken).AsTask();

    public Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        Run(expectedCount, null, func, false, cancellationToken).AsTask();

    public void Mute(Action action, CancellationToken cancellationToken = default) =>
        Blocking(null, null, Returning(action), cancellationToken);

    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default) => Blocking(null, null, func, cancellationToken);
    public Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default) =>
        Run(null, null, Returning(action), false, cancellationToken).AsTask();

    /// <summary>The log of a test is not written anywhere that needed muting.</summary>
    public IUnmutableFilter Mute() => new NothingMuted();

    private static Func<bool> Returning(Action action) => () =>
    {
        action();
        return true;
    };

    private static Func<Task<bool>> Returning(Func<Task> action) => async () =>
    {
        await action();
        return true;
    };

    private T Blocking<T>(int? expected, TimeSpan? timeout, Func<T> func, CancellationToken cancellationToken) =>
        Run(expected, timeout, () => Task.FromResult(func()), true, cancellationToken).AsTask().GetAwaiter().GetResult();

    private async ValueTask<T> Run<T>(
        int? expected, TimeSpan? timeout, Func<Task<T>> func, bool blocking, CancellationToken cancellationToken)
    {
        var matched = 0;
        var patience = timeout is { } given ? testkit.Dilated(given) : testkit.TestKitSettings.TestEventFilterLeeway;
        system.EventStream.Published += Count;
        try
        {
            var result = await func();
            if (expected is { } count)
            {
                // None expected: wait the whole time for one that should not come.
                await testkit.Until(
                    () => Task.FromResult(Volatile.Read(ref matched) >= Math.Max(count, 1)),
                    patience, TimeSpan.FromMilliseconds(10), blocking, cancellationToken);
                testkit.Assertions.AssertTrue(
                    Volatile.Read(ref matched) == count,
                    "Received {0} of {1} expected messages within {2} that matched [{3}]",
                    matched, count, patience, string.Join(", ", filters.Select(filter => filter.Description)));
            }
            return result;
        }
        finally
        {
            system.EventStream.Published -= Count;
        }

        void Count(object published)
        {
            if (AsLogEvent(published) is { } logEvent && logEvent.LogLevel() >= system.Settings.LogLevel
                && filters.Any(filter => filter.IsMatch(logEvent)))
                Interlocked.Increment(ref matched);
        }
    }

    /// <summary>Dead letters and unhandled messages count as warnings here, as Akka's test listener has it.</summary>
    private static LogEvent? AsLogEvent(object published) => published switch
    {
        LogEvent logEvent => logEvent,
        DeadLetter letter => new Warning(letter.Recipient.Path.ToString(), letter.Recipient.GetType(), letter),
        UnhandledMessage unhandled => new Warning(
            unhandled.Recipient.Path.ToString(), unhandled.Recipient.GetType(), $"Unhandled message from {unhandled.Sender}: {unhandled.Message}"),
        _ => null,
    };

    private sealed class NothingMuted : IUnmutableFilter
    {
        public void Unmute() { }
        public void Dispose() { }
    }
}
