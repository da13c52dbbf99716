using System.Diagnostics.Metrics;

namespace ActorChat.Storage;

/// <summary>What the stores measure, under the meter <c>ActorChat.Storage</c>.</summary>
static class StorageMetrics
{
    static readonly Meter Meter = new("ActorChat.Storage");

    public static readonly Histogram<double> LockWait = Meter.CreateHistogram<double>(
        "actorchat.commit.lock_wait", "ms", "How long a commit waited inside the database for other nodes.");
    public static readonly Counter<long> NewsDropped = Meter.CreateCounter<long>(
        "actorchat.news.dropped", "{news}", "News for the other nodes that were dropped because too many waited.");
}
