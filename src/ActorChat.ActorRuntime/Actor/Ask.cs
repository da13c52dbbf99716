namespace Akka.Actor;

public static class Futures
{
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<object>(message, timeout, CancellationToken.None);

    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<object>(message, null, cancellationToken);

    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<object>(message, timeout, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var promise = new PromiseActorRef<T>(SystemOf(self), timeout, cancellationToken);
        self.Tell(message, promise);
        return promise.Task;
    }

    /// <summary>For protocols whose messages carry the reference to answer to.</summary>
    public static Task<T> Ask<T>(
        this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var promise = new PromiseActorRef<T>(SystemOf(self), timeout, cancellationToken);
        self.Tell(messageFactory(promise), promise);
        return promise.Task;
    }

    private static ActorSystem SystemOf(ICanTell target) =>
        (target as IInternalActorRef)?.System ?? ActorCell.Current?.System
            ?? throw new ArgumentException("Unable to resolve the actor system of the target", nameof(target));
}

/// <summary>The one-shot sender of an Ask: the first answer completes the task, further and late ones are dead letters.</summary>
internal sealed class PromiseActorRef<T> : ActorRefBase
{
    // Not on the replier's thread: what follows an await of an Ask is none of that actor's business.
    private readonly TaskCompletionSource<T> promise = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimerWheel.Delay? expiry;
    private readonly CancellationTokenRegistration cancellation;
    private readonly ActorSystem system;
    private readonly TimeSpan limit;
    private ActorPath? path;

    public PromiseActorRef(ActorSystem system, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        this.system = system;
        limit = timeout ?? system.Settings.AskTimeout;
        if (limit > TimeSpan.Zero)
            expiry = TimerWheel.After(limit, static state => ((PromiseActorRef<T>)state).Expire(), this);
        if (cancellationToken.CanBeCanceled)
            cancellation = cancellationToken.Register(
                static (state, token) => ((PromiseActorRef<T>)state!).promise.TrySetCanceled(token), this);
    }

    public Task<T> Task => promise.Task;

    /// <summary>Named only if somebody looks.</summary>
    public override ActorPath Path => path ?? Interlocked.CompareExchange(ref path, system.NewTempPath(), null) ?? path;
    public override ActorSystem System => system;

    public override void Tell(object message, IActorRef? sender)
    {
        var isFirst = message switch
        {
            // A failure is an answer for nobody but who asks for failures; that anything will do does not mean one.
            Status.Failure failure when typeof(T) == typeof(object) => Fail(failure),
            T answer => promise.TrySetResult(answer),
            null => promise.TrySetResult(default!),
            Status.Failure failure => Fail(failure),
            _ => RefuseType(message.GetType()),
        };
        if (isFirst)
        {
            expiry?.Cancel();
            cancellation.Dispose();
        }
        // An answer of the wrong type ends the wait and was yet heard by nobody.
        if (message is not (null or T or Status.Failure) || (!isFirst && !promise.Task.IsCanceled && message is not null))
            system.DeadLetters.Tell(message, this);
    }

    public override void SendSystemMessage(SystemMessage message) { }

    private bool Fail(Status.Failure failure) => promise.TrySetException(
        failure.Cause ?? new TaskCanceledException("Task cancelled by actor via Failure message."));

    private bool RefuseType(Type type) => promise.TrySetException(new ArgumentException(
        $"Received message of type [{type}] - Ask expected message of type [{typeof(T)}]"));

    private void Expire()
    {
        if (promise.TrySetException(new AskTimeoutException($"Timeout after {limit.TotalSeconds:F2} seconds")))
            cancellation.Dispose();
    }
}
