using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace Akka.Event;

/// <summary>Where the log events of a system end: in Microsoft.Extensions.Logging, or on the console if there is no factory.</summary>
internal sealed class LogWriter(LogLevel lowest, ILogger? logger)
{
    public static ILogger For(ILoggerFactory factory) => factory.CreateLogger<ActorSystem>();

    public void Write(object published)
    {
        if (published is not LogEvent logEvent || logEvent.LogLevel() < lowest)
            return;
        if (logger is null)
            Console.WriteLine(Line(logEvent));
        else
            logger.Log(LevelOf(logEvent), default, logEvent, logEvent.Cause, static (line, _) => $"[{line.LogSource}] {Text(line)}");
    }

    /// <summary>A mistake in a format string must not become a failure of the actor that logs.</summary>
    public static string Text(LogEvent logEvent)
    {
        try
        {
            return logEvent.Message.ToString() ?? "";
        }
        catch (FormatException) when (logEvent.Message is LogMessage message)
        {
            return message.Format;
        }
    }

    private static string Line(LogEvent logEvent) => $"[{LevelOf(logEvent)}][{logEvent.LogSource}] {Text(logEvent)} {logEvent.Cause}";

    private static Microsoft.Extensions.Logging.LogLevel LevelOf(LogEvent logEvent) => logEvent.LogLevel() switch
    {
        LogLevel.DebugLevel => Microsoft.Extensions.Logging.LogLevel.Debug,
        LogLevel.InfoLevel => Microsoft.Extensions.Logging.LogLevel.Information,
        LogLevel.WarningLevel => Microsoft.Extensions.Logging.LogLevel.Warning,
        _ => Microsoft.Extensions.Logging.LogLevel.Error,
    };
}
