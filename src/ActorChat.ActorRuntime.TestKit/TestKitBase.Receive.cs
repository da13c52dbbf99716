namespace Akka.TestKit;

/// <summary>Taking messages as they come.</summary>
public abstract partial class TestKitBase
{
    /// <summary>Null if none came in time.</summary>
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Finished(Receive(max, true, cancellationToken))?.Message!;
    public async ValueTask<object> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await Receive(max, false, cancellationToken))?.Message!;

    public bool TryReceiveOne(out MessageEnvelope envelope, TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        envelope = Finished(Receive(max, true, cancellationToken))!;
        return envelope is not null;
    }

    public object PeekOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Finished(queue.Peek(GetTimeoutOrDefault(max), true, cancellationToken))?.Message!;
    public async ValueTask<object> PeekOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await queue.Peek(GetTimeoutOrDefault(max), false, cancellationToken))?.Message!;

    /// <summary>Drops what does not match until something does.</summary>
    public object FishForMessage(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);
    public ValueTask<object> FishForMessageAsync(
        Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync<object>(isMessage, max, hint, cancellationToken);

    public T FishForMessage<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Finished(Fish(isMessage, max, hint, true, cancellationToken));
    public ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Fish(isMessage, max, hint, false, cancellationToken);

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Finished(Receive(numberOfMessages, RemainingOrDefault, true, cancellationToken));

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Finished(Receive(numberOfMessages, Dilated(max), true, cancellationToken));
    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Stream(Receive(numberOfMessages, RemainingOrDefault, false, cancellationToken));

    public IAsyncEnumerable<object> ReceiveNAsync(
        int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Stream(Receive(numberOfMessages, Dilated(max), false, cancellationToken));

    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhile(filter, max, null, msgs, cancellationToken);

    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max, TimeSpan? idle, Func<object, T> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) =>
        ReceiveWhile(filter, max, idle, msgs, cancellationToken);

    /// <summary>Until the filter returns null, or nothing comes any more; the message that ended it stays.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Func<object, T> filter,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default) =>
        Finished(While(Keeping(filter), max, idle, msgs, true, cancellationToken));

    public IReadOnlyList<T> ReceiveWhile<T>(
        Predicate<T> shouldContinue,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true,
        CancellationToken cancellationToken = default) =>
        Finished(While(
            message => message is T wanted ? (shouldContinue(wanted), wanted) : (shouldIgnoreOtherMessageTypes, default),
            max, idle, msgs, true, cancellationToken));
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Func<object, T> filter,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default) =>
        Stream(While(Keeping(filter), max, idle, msgs, false, cancellationToken));

    private static Func<object, (bool GoOn, T? Result)> Keeping<T>(Func<object, T> filter) => message =>
    {
        var result = filter(message);
        return (result is not null, result);
    };

    private static T Finished<T>(ValueTask<T> task) => task.GetAwaiter().GetResult();

    private static async IAsyncEnumerable<T> Stream<T>(ValueTask<List<T>> received)
    {
        foreach (var message in await received)
            yield return message;
    }

    private async ValueTask<MessageEnvelope?> Receive(TimeSpan? max, bool blocking, CancellationToken cancellationToken)
    {
        var envelope = await queue.Take(GetTimeoutOrDefault(max), blocking, cancellationToken);
        lastWasNoMsg = false;
        lastEnvelope = envelope;
        return envelope;
    }

    private async ValueTask<List<object>> Receive(int count, TimeSpan max, bool blocking, CancellationToken cancellationToken)
    {
        var limit = DateTime.UtcNow + max;
        var received = new List<object>();
        while (received.Count < count)
        {
            var envelope = await Receive(Left(limit), blocking, cancellationToken);
            assertions.AssertTrue(
                envelope is not null, "Timeout ({0}) while expecting {1} messages. Only got {2} after {0}.", max, count, received.Count);
            received.Add(envelope!.Message);
        }
        return received;
    }

    private async ValueTask<T> Fish<T>(
        Predicate<T> isMessage, TimeSpan? max, string hint, bool blocking, CancellationToken cancellationToken)
    {
        var patience = RemainingOrDilated(max);
        var limit = DateTime.UtcNow + patience;
        while (true)
        {
            var envelope = await Receive(Left(limit), blocking, cancellationToken);
            assertions.AssertTrue(envelope is not null, "Timeout ({0}) during fishForMessage, hint: {1}", patience, hint);
            if (envelope!.Message is T wanted && isMessage(wanted))
                return wanted;
        }
    }

    /// <summary><paramref name="look"/> says whether to go on, and what to keep if anything.</summary>
    private async ValueTask<List<T>> While<T>(
        Func<object, (bool GoOn, T? Result)> look, TimeSpan? max, TimeSpan? idle, int count, bool blocking, CancellationToken cancellationToken)
    {
        var limit = DateTime.UtcNow + RemainingOrDilated(max);
        var received = new List<T>();
        while (received.Count < count)
        {
            var left = Left(limit);
            var wait = idle is { } pause && pause < left ? pause : left;
            if (await queue.Peek(wait, blocking, cancellationToken) is not { } next)
                break;
            var (goOn, result) = look(next.Message);
            if (!goOn)
                break;
            await Receive(TimeSpan.Zero, blocking, cancellationToken);
            if (result is not null)
                received.Add(result);
        }
        lastWasNoMsg = true;
        return received;
    }

    private static TimeSpan Left(DateTime limit)
    {
        var left = limit - DateTime.UtcNow;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
