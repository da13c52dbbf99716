using System.Globalization;
using ActorChat.Domain;

namespace ActorChat.Storage;

/// <summary>The format of values in the tables.</summary>
internal static class StoredValues
{
    const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    const int TimeFormatLength = 24;

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static DateTimeOffset Time(string stored) =>
        DateTimeOffset.ParseExact(stored, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>
    /// Parses what <see cref="Time(DateTimeOffset)"/> wrote without allocating a string: a page of history has a hundred times.
    /// </summary>
    public static DateTimeOffset Time(ReadOnlySpan<byte> stored)
    {
        if (stored.Length != TimeFormatLength) throw new FormatException(
            $"A time in the database has {stored.Length} characters instead of {TimeFormatLength}.");
        return new DateTimeOffset(
            Number(stored, 0, 4), Number(stored, 5, 2), Number(stored, 8, 2),
            Number(stored, 11, 2), Number(stored, 14, 2), Number(stored, 17, 2), Number(stored, 20, 3), TimeSpan.Zero);
    }

    static int Number(ReadOnlySpan<byte> digits, int from, int count)
    {
        var number = 0;
        foreach (var digit in digits.Slice(from, count)) number = number * 10 + (digit - '0');
        return number;
    }

    public static DateTimeOffset InMilliseconds(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());

    public static string Kind(MessageKind kind) => kind switch
    {
        MessageKind.User => "user_message",
        MessageKind.Ai => "ai_response",
        _ => "system",
    };

    public static MessageKind Kind(ReadOnlySpan<byte> stored) => stored switch
    {
        [(byte)'u', ..] => MessageKind.User,
        [(byte)'a', ..] => MessageKind.Ai,
        _ => MessageKind.System,
    };

    public static MessageKind Kind(string stored) => stored switch
    {
        "user_message" => MessageKind.User,
        "ai_response" => MessageKind.Ai,
        _ => MessageKind.System,
    };

    public static string State(AnswerState state) => state switch
    {
        AnswerState.Running => "running",
        AnswerState.Done => "done",
        AnswerState.Stopped => "stopped",
        AnswerState.Failed => "failed",
        _ => "interrupted",
    };

    public static AnswerState State(string stored) => stored switch
    {
        "running" => AnswerState.Running,
        "done" => AnswerState.Done,
        "stopped" => AnswerState.Stopped,
        "failed" => AnswerState.Failed,
        _ => AnswerState.Interrupted,
    };
}
