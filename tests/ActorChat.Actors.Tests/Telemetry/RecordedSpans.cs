using System.Collections.Concurrent;
using System.Diagnostics;
using ActorChat.Actors.Telemetry;

namespace ActorChat.Actors.Tests.Telemetry;

/// <summary>Records the spans of this process, so its specs do not run beside others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RecordedSpans : IDisposable
{
    public const string Name = "Recorded spans";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly ConcurrentQueue<Activity> stopped = new();
    readonly ActivityListener listener;

    public RecordedSpans()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ChatTraces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public IReadOnlyCollection<Activity> All => stopped;

    /// <summary>The next span of this kind that has ended, waiting for it if necessary.</summary>
    public Activity Single(string name) => SpinWait.SpinUntil(() => stopped.Any(span => span.OperationName == name), Patience)
        ? Assert.Single(stopped, span => span.OperationName == name)
        : throw new TimeoutException($"No span {name} has ended.");

    /// <summary>The ended span with this context, waiting for it if necessary.</summary>
    public Activity Of(ActivityContext context) => SpinWait.SpinUntil(() => stopped.Any(span => span.Context == context), Patience)
        ? stopped.Single(span => span.Context == context)
        : throw new TimeoutException("The span has not ended.");

    public void Dispose() => listener.Dispose();
}
