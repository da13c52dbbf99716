using System.Globalization;

namespace Akka.Event;

public interface ILogMessageFormatter
{
    string Format(string format, params object?[] args);
}

/// <summary>string.Format: the holes are {0}, {1}; a named hole is an error when the line is formatted.</summary>
public class DefaultLogMessageFormatter : ILogMessageFormatter
{
    public static readonly DefaultLogMessageFormatter Instance = new();
    public string Format(string format, params object?[] args) => string.Format(CultureInfo.InvariantCulture, format, args);
}

/// <summary>A message that is formatted only if somebody reads it.</summary>
public sealed class LogMessage(ILogMessageFormatter formatter, string format, object?[] args)
{
    public string Format { get; } = format;
    public IEnumerable<object?> Parameters() => args;
    public override string ToString() => formatter.Format(Format, args);
}
