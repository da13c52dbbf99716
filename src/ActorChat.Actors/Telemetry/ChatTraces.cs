using System.Diagnostics;
using ActorChat.Actors.Persistence;

namespace ActorChat.Actors.Telemetry;

/// <summary>A request that has a span, for the links of the commits that store it.</summary>
interface ITraced
{
    ActivityContext Trace { get; }
}

/// <summary>
/// The spans under the source <c>ActorChat</c>: one for each commit, and one for each answer of the bot. They carry counts and outcomes,
/// never text, names
/// or tokens. Nothing is allocated unless somebody records them.
/// A span outlives the message that starts it, so it is never left as the current one of the actor's thread.
/// </summary>
public static class ChatTraces
{
    public const string SourceName = "ActorChat";
    public const string Commit = "commit", Answer = "answer", Commands = "actorchat.commands", Outcome = "actorchat.outcome";

    static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins the span of a commit; with <see cref="AsParent"/> the spans of the store are below it.</summary>
    internal static Activity? StartCommit(IReadOnlyList<Persist> batch)
    {
        if (!Source.HasListeners()) return null;
        var links = batch.Select(request => (request.Tag as ITraced)?.Trace ?? default).Where(trace => trace != default).Distinct();
        var span = Start(Commit, links);
        span?.SetTag(Commands, batch.Count);
        return span;
    }

    /// <summary>Begins the span of an answer.</summary>
    /// <param name="question">The commit that stored the question; default if it is unknown.</param>
    internal static Activity? StartAnswer(ActivityContext question) =>
        Source.HasListeners() ? Start(Answer, question == default ? [] : [question]) : null;

    static Activity? Start(string name, IEnumerable<ActivityContext> links)
    {
        using var restored = new Restored(Activity.Current);
        Activity.Current = null; // it has no parent
        var linked = links.Select(context => new ActivityLink(context));
        return Source.StartActivity(name, ActivityKind.Internal, parentContext: default, links: linked);
    }

    /// <summary>Until it is disposed, asynchronous work that starts here has its own spans below this one.</summary>
    internal static Restored AsParent(this Activity? span)
    {
        var restored = new Restored(Activity.Current);
        if (span is not null) Activity.Current = span;
        return restored;
    }

    internal static void End(this Activity? span, string outcome, bool isError)
    {
        if (span is null or { IsStopped: true }) return;
        span.SetTag(Outcome, outcome);
        if (isError) span.SetStatus(ActivityStatusCode.Error);
        using var restored = new Restored(Activity.Current);
        span.Stop();
    }

    /// <summary>Makes the span current again that was so before.</summary>
    internal readonly struct Restored(Activity? current) : IDisposable
    {
        public void Dispose()
        {
            if (Activity.Current != current) Activity.Current = current;
        }
    }
}
