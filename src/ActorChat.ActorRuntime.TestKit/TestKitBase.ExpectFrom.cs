using Akka.Actor;

namespace Akka.TestKit;

/// <summary>The next message must be this one, and come from that actor.</summary>
public abstract partial class TestKitBase
{
    public T ExpectMsgFrom<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Finished(Expect(duration, From<T>(sender, Any), hint, true, cancellationToken));
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(duration, From<T>(sender, Any), hint, false, cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Finished(Expect(timeout, From(sender, Equal(message)), hint, true, cancellationToken));
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, From(sender, Equal(message)), hint, false, cancellationToken);

    public T ExpectMsgFrom<T>(
        IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Finished(Expect(timeout, From(sender, Matching(isMessage, hint)), hint, true, cancellationToken));
    public ValueTask<T> ExpectMsgFromAsync<T>(
        IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, From(sender, Matching(isMessage, hint)), hint, false, cancellationToken);

    private Action<T, IActorRef> From<T>(IActorRef expected, Action<T, IActorRef> assert) => (message, sender) =>
    {
        assertions.AssertEqual(expected, sender, "Sender does not match");
        assert(message, sender);
    };
}
