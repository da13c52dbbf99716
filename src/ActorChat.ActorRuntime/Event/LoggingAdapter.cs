using Akka.Actor;

namespace Akka.Event;

public interface ILoggingAdapter
{
    ILogMessageFormatter Formatter { get; }

    bool IsDebugEnabled { get; }

    bool IsInfoEnabled { get; }

    bool IsWarningEnabled { get; }

    bool IsErrorEnabled { get; }

    bool IsEnabled(LogLevel logLevel);
    void Log(LogLevel logLevel, Exception? cause, string format);
    void Log(LogLevel logLevel, Exception? cause, LogMessage message);
}

/// <summary>The ways to write a line. The arguments are a span, so that a level that is off costs no array.</summary>
public static class LoggingExtensions
{
    public static void Debug(this ILoggingAdapter log, string format, params ReadOnlySpan<object?> args) =>
        log.Write(LogLevel.DebugLevel, null, format, args);

    public static void Debug(this ILoggingAdapter log, Exception? cause, string format, params ReadOnlySpan<object?> args) =>
        log.Write(LogLevel.DebugLevel, cause, format, args);

    public static void Info(this ILoggingAdapter log, string format, params ReadOnlySpan<object?> args) =>
        log.Write(LogLevel.InfoLevel, null, format, args);

    public static void Info(this ILoggingAdapter log, Exception? cause, string format, params ReadOnlySpan<object?> args) =>
        log.Write(LogLevel.InfoLevel, cause, format, args);

    public static void Warning(this ILoggingAdapter log, string format, params ReadOnlySpan<object?> args) =>
        log.Write(LogLevel.WarningLevel, null, format, args);

    public static void Warning(this ILoggingAdapter log, Exception? cause, string format, params ReadOnlySpan<object?> args) =>
        log.Write(LogLevel.WarningLevel, cause, format, args);

    public static void Error(this ILoggingAdapter log, string format, params ReadOnlySpan<object?> args) =>
        log.Write(LogLevel.ErrorLevel, null, format, args);

    public static void Error(this ILoggingAdapter log, Exception? cause, string format, params ReadOnlySpan<object?> args) =>
        log.Write(LogLevel.ErrorLevel, cause, format, args);

    public static void Log(this ILoggingAdapter log, LogLevel level, string format, params ReadOnlySpan<object?> args) =>
        log.Write(level, null, format, args);

    private static void Write(
        this ILoggingAdapter log, LogLevel level, Exception? cause, string format, ReadOnlySpan<object?> args)
    {
        if (!log.IsEnabled(level))
            return;
        if (args.IsEmpty)
            log.Log(level, cause, format);
        else
            log.Log(level, cause, new LogMessage(log.Formatter, format, args.ToArray()));
    }
}

public static class Logging
{
    public static ILoggingAdapter GetLogger(this IActorContext context) =>
        new BusLogging(context.System, context.Self.Path.ToString(), ((ActorCell)context).ActorType);

    public static ILoggingAdapter GetLogger(ActorSystem system, object logSourceObj)
    {
        ArgumentNullException.ThrowIfNull(system);
        return logSourceObj switch
        {
            string name => new BusLogging(system, $"{name} ({system.Name})", typeof(ActorSystem)),
            Type type => new BusLogging(system, $"{type.Name} ({system.Name})", type),
            IActorRef actor => new BusLogging(system, actor.Path.ToString(), actor.GetType()),
            IActorContext context => context.GetLogger(),
            _ => new BusLogging(system, $"{logSourceObj.GetType().Name} ({system.Name})", logSourceObj.GetType()),
        };
    }

    public static LogLevel LogLevelFor(string logLevel) => logLevel.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        "OFF" => (LogLevel)int.MaxValue,
        _ => throw new ArgumentException($"Unknown log level: \"{logLevel}\"", nameof(logLevel)),
    };
}

internal sealed class BusLogging(ActorSystem system, string source, Type sourceType) : ILoggingAdapter
{
    public ILogMessageFormatter Formatter => DefaultLogMessageFormatter.Instance;
    public bool IsDebugEnabled => IsEnabled(LogLevel.DebugLevel);
    public bool IsInfoEnabled => IsEnabled(LogLevel.InfoLevel);
    public bool IsWarningEnabled => IsEnabled(LogLevel.WarningLevel);
    public bool IsErrorEnabled => IsEnabled(LogLevel.ErrorLevel);
    public bool IsEnabled(LogLevel logLevel) => logLevel >= system.Settings.LogLevel;
    public void Log(LogLevel logLevel, Exception? cause, string format) => Publish(logLevel, cause, format);
    public void Log(LogLevel logLevel, Exception? cause, LogMessage message) => Publish(logLevel, cause, message);

    private void Publish(LogLevel level, Exception? cause, object message) => system.EventStream.Publish(level switch
    {
        LogLevel.DebugLevel => new Debug(cause, source, sourceType, message),
        LogLevel.InfoLevel => new Info(cause, source, sourceType, message),
        LogLevel.WarningLevel => new Warning(cause, source, sourceType, message),
        _ => new Error(cause, source, sourceType, message),
    });
}
