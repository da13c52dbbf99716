using System.Diagnostics.Metrics;

namespace ActorChat.Storage;

/// <summary>What the stores measure, under the meter <c>ActorChat.Storage</c>.</summary>
public static class StorageMetrics
{
    public const string MeterName = "ActorChat.Storage";

    static readonly Meter Meter = new(MeterName);

    internal static readonly Histogram<double> LockWait = Meter.CreateHistogram<double>(
        "actorchat.commit.lock_wait", "ms", "How long a commit waited inside the database for other nodes.");
    internal static readonly Counter<long> NewsDropped = Meter.CreateCounter<long>(
        "actorchat.news.dropped", "{news}", "News for the other nodes that were dropped because too many waited.");
}
