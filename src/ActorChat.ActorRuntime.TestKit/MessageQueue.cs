using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A message as the test actor got it.</summary>
public sealed record MessageEnvelope(object Message, IActorRef Sender);

/// <summary>What has arrived at a test actor and was not looked at yet.</summary>
internal sealed class MessageQueue
{
    private readonly ConcurrentQueue<MessageEnvelope> messages = new();
    private readonly SemaphoreSlim available = new(0);
    public bool IsEmpty => messages.IsEmpty;

    public void Add(MessageEnvelope envelope)
    {
        messages.Enqueue(envelope);
        available.Release();
    }

    /// <summary>
    /// Null after the timeout. With <paramref name="blocking"/> the task has always ended on return: the synchronous half of the kit
    /// is the asynchronous one run in this way, on the thread of the test.
    /// </summary>
    public async ValueTask<MessageEnvelope?> Take(TimeSpan timeout, bool blocking, CancellationToken cancellationToken)
    {
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
            return null;
        var arrived = blocking
            ? available.Wait(timeout, cancellationToken)
            : await available.WaitAsync(timeout, cancellationToken);
        return arrived && messages.TryDequeue(out var envelope) ? envelope : null;
    }

    /// <summary>As <see cref="Take"/>, but the message stays.</summary>
    public async ValueTask<MessageEnvelope?> Peek(TimeSpan timeout, bool blocking, CancellationToken cancellationToken)
    {
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
            return null;
        var arrived = blocking
            ? available.Wait(timeout, cancellationToken)
            : await available.WaitAsync(timeout, cancellationToken);
        if (!arrived)
            return null;
        available.Release();
        return messages.TryPeek(out var envelope) ? envelope : null;
    }
}
