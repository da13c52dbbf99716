namespace Akka.TestKit;

/// <summary>Several messages at once, in whatever order.</summary>
public abstract partial class TestKitBase
{
    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        Finished(AnyOf(messages, true, cancellationToken));
    public ValueTask<T> ExpectMsgAnyOfAsync<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        AnyOf(messages, false, cancellationToken);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) =>
        Finished(AllOf(RemainingOrDefault, messages, true, CancellationToken.None));

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(
        IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Finished(AllOf(RemainingOrDefault, messages, true, cancellationToken));
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Stream(AllOf(RemainingOrDefault, messages, false, cancellationToken));

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, params T[] messages) =>
        Finished(AllOf(Dilated(max), messages, true, CancellationToken.None));

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Finished(AllOf(Dilated(max), messages, true, cancellationToken));
    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Stream(AllOf(Dilated(max), messages, false, cancellationToken));

    private async ValueTask<T> AnyOf<T>(IEnumerable<T> messages, bool blocking, CancellationToken cancellationToken)
    {
        var envelope = await Receive(RemainingOrDefault, blocking, cancellationToken);
        assertions.AssertTrue(envelope is not null, "Timeout during waiting for ExpectMsgAnyOf");
        assertions.AssertTrue(
            envelope!.Message is T message && messages.Contains(message), "ExpectMsgAnyOf found unexpected {0}", envelope.Message);
        return (T)envelope.Message;
    }

    private async ValueTask<List<T>> AllOf<T>(
        TimeSpan max, IReadOnlyCollection<T> messages, bool blocking, CancellationToken cancellationToken)
    {
        var missing = messages.ToList();
        var unexpected = new List<object>();
        var found = new List<T>();
        foreach (var message in await Receive(messages.Count, max, blocking, cancellationToken))
        {
            if (message is T wanted && missing.Remove(wanted))
                found.Add(wanted);
            else
                unexpected.Add(message);
        }
        assertions.AssertTrue(
            missing.Count == 0 && unexpected.Count == 0,
            "not found [{0}], found unexpected [{1}]", string.Join(", ", missing), string.Join(", ", unexpected));
        return found;
    }
}
