using System.Collections.Concurrent;
using ActorChat.Domain;

namespace ActorChat.Actors.Tests.Nodes;

/// <summary>A bus that records what is sent to other nodes.</summary>
public sealed class RecordingBus : INodeBus
{
    readonly ConcurrentQueue<NodeNews> published = new();

    Action notified = () => { };

    public string? Node => "here";

    public Task StartAsync(CancellationToken stop) => Task.CompletedTask;

    public IReadOnlyList<NodeNews> Published => [.. published];

    public void OnNotified(Action notified) => this.notified = notified;

    public void OnEphemeralEvent(Action<NodeNews> received)
    {
    }

    /// <summary>Acts as another node that has written to the log.</summary>
    public void NotifyThisNode() => notified();

    public void NotifyOthers()
    {
    }

    public void Publish(NodeNews news) => published.Enqueue(news);
}
