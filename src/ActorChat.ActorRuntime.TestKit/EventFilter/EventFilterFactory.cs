using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>Expectations about the log. They see only what akka.loglevel lets through.</summary>
public class EventFilterFactory
{
    private readonly TestKitBase testkit;
    private readonly ActorSystem system;
    private readonly EventFilter[] earlier;

    public EventFilterFactory(TestKitBase testkit)
        : this(testkit, testkit.Sys) { }

    public EventFilterFactory(TestKitBase testkit, ActorSystem system)
        : this(testkit, system, []) { }

    internal EventFilterFactory(TestKitBase testkit, ActorSystem system, EventFilter[] earlier)
    {
        this.testkit = testkit;
        this.system = system;
        this.earlier = earlier;
    }

    public IEventFilterApplier Exception<TException>(
        string? message = null, string? start = null, string? contains = null, string? source = null)
        where TException : Exception => Exception(typeof(TException), message, start, contains, source);

    public IEventFilterApplier Exception<TException>(Regex pattern, string? source = null)
        where TException : Exception => Exception(typeof(TException), new TextMatch(null, null, null, pattern, source), false);

    public IEventFilterApplier Exception(
        Type exceptionType,
        string? message = null,
        string? start = null,
        string? contains = null,
        string? source = null,
        bool checkInnerExceptions = false) =>
        Exception(exceptionType, new TextMatch(message, start, contains, null, source), checkInnerExceptions);

    public IEventFilterApplier Error(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Level<Error>(new TextMatch(message, start, contains, null, source));

    public IEventFilterApplier Error(Regex pattern, string? source = null) =>
        Level<Error>(new TextMatch(null, null, null, pattern, source));

    public IEventFilterApplier Warning(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Level<Warning>(new TextMatch(message, start, contains, null, source));

    public IEventFilterApplier Warning(Regex pattern, string? source = null) =>
        Level<Warning>(new TextMatch(null, null, null, pattern, source));

    public IEventFilterApplier Info(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Level<Info>(new TextMatch(message, start, contains, null, source));

    public IEventFilterApplier Info(Regex pattern, string? source = null) =>
        Level<Info>(new TextMatch(null, null, null, pattern, source));

    public IEventFilterApplier Debug(string? message = null, string? start = null, string? contains = null, string? source = null) =>
        Level<Debug>(new TextMatch(message, start, contains, null, source));

    public IEventFilterApplier Debug(Regex pattern, string? source = null) =>
        Level<Debug>(new TextMatch(null, null, null, pattern, source));

    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Apply("custom", logEvent => predicate(logEvent));

    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate)
        where TLogEvent : LogEvent => Apply("custom", logEvent => logEvent is TLogEvent wanted && predicate(wanted));

    public IEventFilterApplier DeadLetter() => DeadLetter(_ => true, null);
    public IEventFilterApplier DeadLetter<TMessage>(string? source = null) => DeadLetter(letter => letter.Message is TMessage, source);

    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string? source = null) =>
        DeadLetter(letter => letter.Message is TMessage message && isMatch(message), source);

    public IEventFilterApplier DeadLetter(Type type, string? source = null) =>
        DeadLetter(letter => type.IsInstanceOfType(letter.Message), source);

    public IEventFilterApplier DeadLetter(Type type, Func<object, bool> isMatch, string? source = null) =>
        DeadLetter(letter => type.IsInstanceOfType(letter.Message) && isMatch(letter.Message), source);

    private IEventFilterApplier DeadLetter(Func<DeadLetter, bool> isMatch, string? source) => Apply(
        "dead letter",
        logEvent => logEvent is Warning { Message: DeadLetter letter } && isMatch(letter)
            && new TextMatch(null, null, null, null, source).MatchesSource(logEvent));

    private IEventFilterApplier Exception(Type type, TextMatch text, bool checkInner) => Apply(
        $"{type.Name}: {text}",
        logEvent => logEvent is Error && IsCausedBy(type, logEvent.Cause, checkInner) && text.Matches(logEvent));

    private static bool IsCausedBy(Type type, Exception? cause, bool checkInner) =>
        cause is not null && (type.IsInstanceOfType(cause) || (checkInner && IsCausedBy(type, cause.InnerException, true)));

    private IEventFilterApplier Level<TLogEvent>(TextMatch text)
        where TLogEvent : LogEvent =>
        Apply($"{typeof(TLogEvent).Name}: {text}", logEvent => logEvent is TLogEvent && text.Matches(logEvent));

    private EventFilterApplier Apply(string description, Func<LogEvent, bool> isMatch) =>
        new(testkit, system, [.. earlier, new EventFilter(description, isMatch)]);
}
