using Akka.Actor;

namespace Akka.TestKit;

/// <summary>The next message must be this one: another fails the test at once, and is consumed.</summary>
public abstract partial class TestKitBase
{
    public T ExpectMsg<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Finished(Expect<T>(duration, Any, hint, true, cancellationToken));
    public ValueTask<T> ExpectMsgAsync<T>(
        TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(duration, Any, hint, false, cancellationToken);

    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Finished(Expect(timeout, Equal(message), hint, true, cancellationToken));
    public ValueTask<T> ExpectMsgAsync<T>(
        T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, Equal(message), hint, false, cancellationToken);

    public T ExpectMsg<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Finished(Expect(timeout, Matching(isMessage, hint), hint, true, cancellationToken));
    public ValueTask<T> ExpectMsgAsync<T>(
        Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, Matching(isMessage, hint), hint, false, cancellationToken);

    public T ExpectMsg<T>(
        Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Finished(Expect<T>(timeout, (message, _) => assert(message), hint, true, cancellationToken));
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect<T>(timeout, (message, _) => assert(message), hint, false, cancellationToken);

    public T ExpectMsg<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Finished(Expect(timeout, Matching(isMessageAndSender, hint), hint, true, cancellationToken));
    public ValueTask<T> ExpectMsgAsync<T>(
        Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, Matching(isMessageAndSender, hint), hint, false, cancellationToken);

    public T ExpectMsg<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Finished(Expect(timeout, assertMessageAndSender, hint, true, cancellationToken));
    public ValueTask<T> ExpectMsgAsync<T>(
        Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, assertMessageAndSender, hint, false, cancellationToken);

    public T ExpectMsg<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Finished(Expect(timeout, Matching<T>(actual => comparer(expected, actual), hint), hint, true, cancellationToken));
    public ValueTask<T> ExpectMsgAsync<T>(
        T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, Matching<T>(actual => comparer(expected, actual), hint), hint, false, cancellationToken);

    public Terminated ExpectTerminated(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Finished(Expect(timeout, DeathOf(target), hint, true, cancellationToken));
    public ValueTask<Terminated> ExpectTerminatedAsync(
        IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Expect(timeout, DeathOf(target), hint, false, cancellationToken);

    /// <summary>Waits for the whole default time, 3 s: better say how long.</summary>
    public void ExpectNoMsg(CancellationToken cancellationToken = default) =>
        Finished(ExpectNothing(RemainingOrDefault, true, cancellationToken));
    public async ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) =>
        await ExpectNothing(RemainingOrDefault, false, cancellationToken);

    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) =>
        Finished(ExpectNothing(Dilated(duration), true, cancellationToken));
    public async ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) =>
        await ExpectNothing(Dilated(duration), false, cancellationToken);

    /// <summary>The one duration that is not multiplied by the time factor.</summary>
    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) =>
        Finished(ExpectNothing(TimeSpan.FromMilliseconds(milliseconds), true, cancellationToken));
    public async ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) =>
        await ExpectNothing(TimeSpan.FromMilliseconds(milliseconds), false, cancellationToken);

    private static void Any<T>(T message, IActorRef sender) { }
    private Action<T, IActorRef> Equal<T>(T expected) => (actual, _) => assertions.AssertEqual(expected, actual);

    private Action<T, IActorRef> Matching<T>(Predicate<T> predicate, string? hint) =>
        Matching<T>((message, _) => predicate(message), hint);

    private Action<T, IActorRef> Matching<T>(Func<T, IActorRef, bool> predicate, string? hint) => (message, sender) =>
        assertions.AssertTrue(
            predicate(message, sender),
            "Got a message of the expected type <{0}> from {1}. Also expected {2} but the message {{{3}}} did not match",
            typeof(T), sender, hint ?? "the predicate to return true", message);

    private Action<Terminated, IActorRef> DeathOf(IActorRef target) => (terminated, _) =>
        assertions.AssertEqual(target, terminated.ActorRef, "Terminated {0}", target);

    private async ValueTask<T> Expect<T>(
        TimeSpan? timeout, Action<T, IActorRef> assert, string? hint, bool blocking, CancellationToken cancellationToken)
    {
        var patience = RemainingOrDilated(timeout);
        var envelope = await Receive(patience, blocking, cancellationToken);
        if (envelope is null)
            assertions.Fail("Failed: Timeout {0} while waiting for a message of type {1} {2}", patience, typeof(T), hint);
        if (envelope!.Message is not T message)
        {
            assertions.Fail(
                "Failed: Expected a message of type {0}, but received {{{1}}} (type {2}) instead {3} from {4}",
                typeof(T), envelope.Message, envelope.Message.GetType(), hint, envelope.Sender);
            return default!;
        }
        assert(message, envelope.Sender);
        return message;
    }

    private async ValueTask<bool> ExpectNothing(TimeSpan duration, bool blocking, CancellationToken cancellationToken)
    {
        var envelope = await Receive(duration, blocking, cancellationToken);
        if (envelope is not null)
            assertions.Fail("Failed: Expected no messages during {0}, instead we received {1}", duration, envelope);
        lastWasNoMsg = true;
        return true;
    }
}
