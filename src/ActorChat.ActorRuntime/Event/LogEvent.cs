namespace Akka.Event;

public enum LogLevel
{
    DebugLevel,
    InfoLevel,
    WarningLevel,
    ErrorLevel,
}

/// <summary>A line of the log on its way through the event stream.</summary>
public abstract class LogEvent(Exception? cause, string logSource, Type logClass, object message)
{
    public Exception Cause { get; } = cause!;
    public DateTime Timestamp { get; } = DateTime.UtcNow;
    public Thread Thread { get; } = Thread.CurrentThread;

    /// <summary>The path of the actor it is about, as a rule.</summary>
    public string LogSource { get; } = logSource;
    public Type LogClass { get; } = logClass;
    public object Message { get; } = message;
    public abstract LogLevel LogLevel();

    public override string ToString()
    {
        var level = LogLevel().ToString().Replace("Level", "", StringComparison.Ordinal).ToUpperInvariant();
        var line = $"[{level}][{Timestamp:MM/dd/yyyy HH:mm:ss.fffK}][Thread {Thread.ManagedThreadId:0000}][{LogSource}] {Message}";
        return Cause is null ? line : $"{line}{Environment.NewLine}Cause: {Cause}";
    }
}

public class Debug(Exception? cause, string logSource, Type logClass, object message)
    : LogEvent(cause, logSource, logClass, message)
{
    public Debug(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message) { }

    public override LogLevel LogLevel() => Event.LogLevel.DebugLevel;
}

public class Info(Exception? cause, string logSource, Type logClass, object message)
    : LogEvent(cause, logSource, logClass, message)
{
    public Info(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message) { }

    public override LogLevel LogLevel() => Event.LogLevel.InfoLevel;
}

public class Warning(Exception? cause, string logSource, Type logClass, object message)
    : LogEvent(cause, logSource, logClass, message)
{
    public Warning(string logSource, Type logClass, object message)
        : this(null, logSource, logClass, message) { }

    public override LogLevel LogLevel() => Event.LogLevel.WarningLevel;
}

public class Error(Exception? cause, string logSource, Type logClass, object message)
    : LogEvent(cause, logSource, logClass, message)
{
    public override LogLevel LogLevel() => Event.LogLevel.ErrorLevel;
}
