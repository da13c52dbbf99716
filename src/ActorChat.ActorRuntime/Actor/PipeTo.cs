namespace Akka.Actor;

/// <summary>
/// The outcome of a task as a message. The default sender is none, not the actor that pipes: capture it in a local and pass it.
/// Failure and cancellation arrive as <see cref="Status.Failure"/>; the returned task need not be awaited.
/// </summary>
public static class PipeToSupport
{
    public static Task PipeTo<T>(
        this Task<T> taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<T, object>? success = null,
        Func<Exception, object>? failure = null) =>
        Pipe(new ValueTask<T>(taskToPipe), recipient, sender, success ?? (static result => result!), failure);

    public static Task PipeTo<T>(
        this ValueTask<T> taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<T, object>? success = null,
        Func<Exception, object>? failure = null) =>
        Pipe(taskToPipe, recipient, sender, success ?? (static result => result!), failure);

    public static Task PipeTo(
        this Task taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<object>? success = null,
        Func<Exception, object>? failure = null) =>
        new ValueTask(taskToPipe).PipeTo(recipient, sender, success, failure);

    /// <summary>Without <paramref name="success"/> there is nothing to tell when it goes well.</summary>
    public static Task PipeTo(
        this ValueTask taskToPipe,
        ICanTell recipient,
        IActorRef? sender = null,
        Func<object>? success = null,
        Func<Exception, object>? failure = null) =>
        Pipe(WithoutResult(taskToPipe), recipient, sender, success is null ? null : _ => success(), failure);

    private static async ValueTask<bool> WithoutResult(ValueTask task)
    {
        await task.ConfigureAwait(false);
        return true;
    }

    private static async Task Pipe<T>(
        ValueTask<T> task, ICanTell recipient, IActorRef? sender, Func<T, object>? success, Func<Exception, object>? failure)
    {
        try
        {
            var result = await task.ConfigureAwait(false);
            if (success is not null)
                recipient.Tell(success(result), sender);
        }
        catch (Exception e)
        {
            recipient.Tell(failure is null ? new Status.Failure(e) : failure(e), sender);
        }
    }
}
