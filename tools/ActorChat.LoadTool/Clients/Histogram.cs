using System.Numerics;

namespace ActorChat.LoadTool.Clients;

/// <summary>A histogram of times with 64 buckets for each power of two, so it is exact to about two percent. Not thread-safe.</summary>
sealed class Histogram
{
    const int Steps = 64, Shift = 6;

    readonly long[] counts = new long[(64 - Shift) * Steps];

    public long Count { get; private set; }

    public long Max { get; private set; }

    public void Add(long nanoseconds)
    {
        var value = Math.Max(0, nanoseconds);
        var power = Math.Max(0, BitOperations.Log2((ulong)value | 1) - Shift + 1);
        counts[power * Steps + (int)(value >> power)]++;
        Count++;
        if (value > Max) Max = value;
    }

    public void Add(Histogram other)
    {
        for (var i = 0; i < counts.Length; i++) counts[i] += other.counts[i];
        Count += other.Count;
        Max = Math.Max(Max, other.Max);
    }

    /// <returns>Milliseconds.</returns>
    public double At(double quantile)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(quantile * Count));
        var seen = 0L;
        for (var i = 0; i < counts.Length; i++)
            if ((seen += counts[i]) >= wanted)
                return Math.Min(Max, ((long)(i % Steps) << (i / Steps)) + (1L << (i / Steps)) / 2) / 1e6;
        return 0;
    }
}
