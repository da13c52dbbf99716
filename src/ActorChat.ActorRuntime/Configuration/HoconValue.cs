using System.Globalization;
using System.Text.RegularExpressions;

namespace Akka.Configuration.Hocon;

/// <summary>A node of a configuration: a literal, a list or an object. Not changed once it is in a <see cref="Config"/>.</summary>
public sealed partial class HoconValue
{
    private readonly string? literal;
    private readonly List<HoconValue>? items;
    private readonly Dictionary<string, HoconValue>? members;

    internal HoconValue(string? literal) => this.literal = literal;
    internal HoconValue(List<HoconValue> items) => this.items = items;
    internal HoconValue(Dictionary<string, HoconValue> members) => this.members = members;
    internal IReadOnlyDictionary<string, HoconValue> Members => members ?? throw new FormatException("The value is not an object.");
    internal bool IsNull => literal is null && items is null && members is null;
    public bool IsString() => literal is not null;
    public bool IsArray() => items is not null;
    public bool IsObject() => members is not null;

    /// <summary>Null for what is no literal.</summary>
    public string GetString() => literal!;
    public IList<HoconValue> GetArray() => items ?? [];
    public IList<string> GetStringList() => [.. GetArray().Select(item => item.GetString())];
    public int GetInt() => int.Parse(GetString(), CultureInfo.InvariantCulture);
    public long GetLong() => long.Parse(GetString(), CultureInfo.InvariantCulture);
    public double GetDouble() => double.Parse(GetString(), CultureInfo.InvariantCulture);

    public bool GetBoolean() => GetString() switch
    {
        "on" or "true" or "yes" => true,
        "off" or "false" or "no" => false,
        var other => throw new NotSupportedException($"Unknown boolean format: {other}"),
    };

    /// <summary>A number alone is milliseconds.</summary>
    public TimeSpan GetTimeSpan(bool allowInfinite = true)
    {
        var text = GetString();
        if (allowInfinite && text.Equals("infinite", StringComparison.OrdinalIgnoreCase))
            return Timeout.InfiniteTimeSpan;
        var (value, unit) = SplitUnit(text);
        return unit switch
        {
            "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => TimeSpan.FromTicks((long)Math.Round(value / 100)),
            "us" or "micro" or "micros" or "microsecond" or "microseconds" => TimeSpan.FromTicks((long)Math.Round(value * 10)),
            "" or "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.FromMilliseconds(value),
            "s" or "second" or "seconds" => TimeSpan.FromSeconds(value),
            "m" or "minute" or "minutes" => TimeSpan.FromMinutes(value),
            "h" or "hour" or "hours" => TimeSpan.FromHours(value),
            "d" or "day" or "days" => TimeSpan.FromDays(value),
            _ => throw new FormatException($"{unit} is not a unit of time."),
        };
    }

    /// <summary>k, K, Ki, KiB are 1024; kB is 1000; and so on upwards.</summary>
    public long GetByteSize()
    {
        var (value, unit) = SplitUnit(GetString());
        var factor = unit switch
        {
            "" or "b" or "B" or "byte" or "bytes" => 1,
            "kB" or "kilobyte" or "kilobytes" => 1000,
            "k" or "K" or "Ki" or "KiB" or "kibibyte" or "kibibytes" => 1L << 10,
            "MB" or "megabyte" or "megabytes" => 1000_000,
            "m" or "M" or "Mi" or "MiB" or "mebibyte" or "mebibytes" => 1L << 20,
            "GB" or "gigabyte" or "gigabytes" => 1000_000_000,
            "g" or "G" or "Gi" or "GiB" or "gibibyte" or "gibibytes" => 1L << 30,
            "TB" or "terabyte" or "terabytes" => 1000_000_000_000,
            "t" or "T" or "Ti" or "TiB" or "tebibyte" or "tebibytes" => 1L << 40,
            _ => throw new FormatException($"{unit} is not a valid byte size suffix"),
        };
        return (long)(value * factor);
    }

    public override string ToString() =>
        members is not null ? "{" + string.Join(", ", members.Select(member => $"{member.Key} = {member.Value}")) + "}"
        : items is not null ? "[" + string.Join(", ", items) + "]"
        : literal is null ? "null"
        : PlainLiteral().IsMatch(literal) ? literal
        : $"\"{literal.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>Objects are merged, key by key; of anything else the first wins.</summary>
    internal HoconValue WithFallback(HoconValue fallback)
    {
        if (members is null || fallback.members is null)
            return this;
        var merged = new Dictionary<string, HoconValue>(members);
        foreach (var (key, theirs) in fallback.members)
            merged[key] = members.TryGetValue(key, out var ours) ? ours.WithFallback(theirs) : theirs;
        return new HoconValue(merged);
    }

    private static (double Value, string Unit) SplitUnit(string text)
    {
        var match = NumberWithUnit().Match(text);
        return match.Success
            ? (double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value)
            : throw new FormatException($"'{text}' is not a positive number with a unit.");
    }

    [GeneratedRegex(@"\A\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*\z")]
    private static partial Regex NumberWithUnit();

    [GeneratedRegex(@"\A[A-Za-z0-9_\-.]+(?: [A-Za-z0-9_\-.]+)*\z")]
    private static partial Regex PlainLiteral();
}
