using System.Collections.Concurrent;
using ActorChat.Domain;

namespace ActorChat.Actors.Tests.Nodes;

/// <summary>Keeps what would go to other nodes.</summary>
public sealed class RecordingBus : INodeBus
{
    readonly ConcurrentQueue<NodeNews> published = new();

    Action rung = () => { };

    public string? Node => "here";

    public Task StartAsync(CancellationToken stop) => Task.CompletedTask;

    public IReadOnlyList<NodeNews> Published => [.. published];

    public void OnRung(Action rung) => this.rung = rung;

    public void OnNews(Action<NodeNews> heard)
    {
    }

    /// <summary>Another node has written.</summary>
    public void RingHere() => rung();

    public void Ring()
    {
    }

    public void Publish(NodeNews news) => published.Enqueue(news);
}
