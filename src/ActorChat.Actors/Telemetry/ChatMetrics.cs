using System.Diagnostics.Metrics;

namespace ActorChat.Actors.Telemetry;

/// <summary>
/// What the server tells about itself, under the meter <c>ActorChat</c>; docs/architecture.md lists the instruments.
/// </summary>
public static class ChatMetrics
{
    public const string MeterName = "ActorChat";

    static readonly Meter Meter = new(MeterName);

    // The usual buckets begin at 5 ms, where a healthy commit has ended already.
    static readonly InstrumentAdvice<double> Milliseconds = new() { HistogramBucketBoundaries = [0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 25, 50,
        100, 250, 500, 1000, 2500, 5000] };
    static readonly InstrumentAdvice<int> Counts = new() { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] };

    static readonly Histogram<int> CommitSize = Meter.CreateHistogram(
        "actorchat.commit.size", "{command}", "Commands in one commit.", tags: null, Counts);
    static readonly Histogram<double> CommitDuration = Meter.CreateHistogram(
        "actorchat.commit.duration", "ms", "From handing a batch to the store to its outcome.", tags: null, Milliseconds);
    static long storeQueue, unsavedReadPositions;

    public static readonly UpDownCounter<int> Connections = Meter.CreateUpDownCounter<int>("actorchat.connections", "{connection}",
        "Open sockets.");
    static readonly Counter<long> Refused = Meter.CreateCounter<long>("actorchat.connections.refused", "{connection}",
        "Connections refused for a limit, by limit.");
    public static readonly Counter<long> Events = Meter.CreateCounter<long>("actorchat.messages", "{event}",
        "Durable events committed: messages and the ends of answers.");
    public static readonly Counter<long> Deliveries = Meter.CreateCounter<long>("actorchat.deliveries", "{delivery}",
        "Durable events handed to sessions: events times members.");
    public static readonly Counter<long> StoreFailures = Meter.CreateCounter<long>("actorchat.commit.failures", "{commit}",
        "Commits that failed.");
    public static readonly Counter<long> StoreRefusals = Meter.CreateCounter<long>("actorchat.commit.refused", "{command}",
        "Commands refused because too many waited.");
    public static readonly Counter<long> OutboxDrops = Meter.CreateCounter<long>("actorchat.outbox.drops", "{frame}",
        "Ephemeral frames dropped for sockets that fell behind.");
    public static readonly Counter<long> SlowReaders = Meter.CreateCounter<long>("actorchat.outbox.overflows", "{connection}",
        "Sockets closed because they did not read.");
    public static readonly Counter<long> RateLimited = Meter.CreateCounter<long>("actorchat.rate_limited", "{request}",
        "Requests refused for a rate limit.");
    public static readonly Counter<long> Floods = Meter.CreateCounter<long>("actorchat.floods", "{connection}",
        "Connections closed with 4029: they went on after thousands of refusals, or sent too many pings.");
    public static readonly Counter<long> Answers = Meter.CreateCounter<long>("actorchat.answers", "{answer}",
        "Answers of the bot that ended, by state.");

    public static readonly UpDownCounter<int> People = Meter.CreateUpDownCounter<int>("actorchat.people", "{person}",
        "People present, those in their grace too; once for each conversation.");
    public static readonly Counter<long> ReadPositionsSaved = Meter.CreateCounter<long>(
        "actorchat.read_positions.saved", "{position}", "Read positions that the store saved: of many from one user only the newest.");
    public static readonly Counter<long> ReadPositionsDropped = Meter.CreateCounter<long>(
        "actorchat.read_positions.dropped", "{position}", "Read positions that found no room in the queue for the store.");

    public static readonly Counter<long> Notifications = Meter.CreateCounter<long>(
        "actorchat.tail.notifications", "{notification}", "Notifications from other nodes, and one each time the listener connects again.");
    static readonly Counter<long> PollFinds = Meter.CreateCounter<long>(
        "actorchat.tail.poll_finds", "{read}", "Polls that found something: each is a notification that was lost or late.");
    static readonly Histogram<int> TailEntries = Meter.CreateHistogram(
        "actorchat.tail.entries", "{event}", "Entries that one reading of the log found.", tags: null, Counts);
    static readonly Histogram<double> TailLag = Meter.CreateHistogram(
        "actorchat.tail.lag", "ms", "From the commit of the oldest entry to its reading here, by the clock of the store.", tags: null, Milliseconds);

    static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>("actorchat.dead_letters", "{message}",
        "Messages to actors that had ended, by the message's type.");

    static ChatMetrics()
    {
        Meter.CreateObservableGauge("actorchat.commit.queue", () => Interlocked.Read(ref storeQueue), "{command}",
            "Commands that waited for the store when the last one came.");
        Meter.CreateObservableGauge(
            "actorchat.read_positions.queue", () => Interlocked.Read(ref unsavedReadPositions), "{position}",
            "Read positions that waited for the store when the last one came.");
    }

    /// <param name="why">The tag <c>limit</c>: <c>handshakes</c>, <c>process</c>, <c>hello</c>, <c>address</c>, <c>user</c>.</param>
    public static void Refuse(RefusedFor why) => Refused.Add(1, new KeyValuePair<string, object?>("limit", Limits[(int)why]));

    static readonly string[] Limits = ["handshakes", "process", "hello", "address", "user"];

    public static void DeadLetter(string type) => DeadLetters.Add(1, new KeyValuePair<string, object?>("type", type));

    public static void StoreQueue(int waiting) => Interlocked.Exchange(ref storeQueue, waiting);

    public static void UnsavedReadPositions(int waiting) => Interlocked.Exchange(ref unsavedReadPositions, waiting);

    public static void TailRead(int entries, TimeSpan lag, bool polled)
    {
        TailEntries.Record(entries);
        TailLag.Record(lag.TotalMilliseconds);
        if (polled) PollFinds.Add(1);
    }

    public static void Commit(int commands, TimeSpan took)
    {
        CommitSize.Record(commands);
        CommitDuration.Record(took.TotalMilliseconds);
    }
}

/// <summary>The limit that refused a connection.</summary>
public enum RefusedFor { Handshakes, Process, Hello, Address, User }
