using System.Diagnostics.Metrics;

namespace ActorChat.Storage;

/// <summary>The metrics of the stores, under the meter <c>ActorChat.Storage</c>.</summary>
public static class StorageMetrics
{
    public const string MeterName = "ActorChat.Storage";

    static readonly Meter Meter = new(MeterName);

    internal static readonly Histogram<double> LockWait = Meter.CreateHistogram<double>(
        "actorchat.commit.lock_wait", "ms", "How long a commit waited inside the database for other nodes.");
    internal static readonly Counter<long> EphemeralDropped = Meter.CreateCounter<long>(
        "actorchat.ephemeral.dropped", "{event}",
        "Ephemeral events for other nodes that were dropped, because the queue was full or they were too long.");
}
