namespace Akka.TestKit;

public interface IUnmutableFilter : IDisposable
{
    void Unmute();
}

/// <summary>Runs something and waits until it has brought forth so many matching log events; more are a failure too.</summary>
public interface IEventFilterApplier
{
    /// <summary>One more filter beside this one.</summary>
    EventFilterFactory And { get; }

    void ExpectOne(Action action, CancellationToken cancellationToken = default);
    void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default);
    T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default);
    T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default);
    Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default);
    Task ExpectOneAsync(TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default);
    Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default);
    void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default);
    void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default);
    T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default);
    Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default);
    Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default);
    Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default);
    void Mute(Action action, CancellationToken cancellationToken = default);
    T Mute<T>(Func<T> func, CancellationToken cancellationToken = default);
    Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default);
    IUnmutableFilter Mute();
}
