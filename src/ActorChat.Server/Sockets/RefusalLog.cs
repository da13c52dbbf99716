namespace ActorChat.Server.Sockets;

/// <summary>Logs what a policy refuses. A stranger can cause any number of refusals, so the lines of a minute are limited.</summary>
sealed class RefusalLog(ILogger logger, TimeProvider time)
{
    internal const int LinesPerMinute = 10;

    const int MaxValue = 100;

    readonly Lock gate = new();
    long? minuteStart;
    int lines;
    int skipped;

    /// <param name="refused">A sentence that contains <see cref="Clean"/> values and names the setting.</param>
    public void Add(string refused)
    {
        int before;
        lock (gate)
        {
            if (minuteStart is not { } start || time.GetElapsedTime(start) >= TimeSpan.FromMinutes(1))
                (minuteStart, lines) = (time.GetTimestamp(), 0);
            if (lines == LinesPerMinute)
            {
                skipped++;
                return;
            }
            lines++;
            (before, skipped) = (skipped, 0);
        }
        if (before == 0) logger.LogWarning("{Refused}", refused);
        else logger.LogWarning("{Refused} ({Skipped} refusals before this one were not logged.)", refused, before);
    }

    /// <summary>The value of a header, fit for one line of a log: printable ASCII, cut.</summary>
    public static string Clean(string value)
    {
        var start = value.Length > MaxValue ? value[..MaxValue] : value;
        var clean = string.Concat(start.Select(c => c is >= ' ' and <= '~' and not '"' ? c : '?'));
        return value.Length > MaxValue ? $"\"{clean}…\"" : $"\"{clean}\"";
    }
}
