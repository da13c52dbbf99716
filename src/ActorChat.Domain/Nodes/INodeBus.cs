namespace ActorChat.Domain;

/// <summary>
/// What nodes tell one another beside the log: that there is something new in it, and what nobody misses for long. All of it may be lost:
/// with a bus that loses everything each promise still holds, only later.
/// </summary>
public interface INodeBus
{
    /// <summary>The name of this node, unique among all and new with every start; null for one that is alone.</summary>
    string? Node { get; }

    /// <summary>Hears the others when this returns: whatever is written from then on is either read from the log or rung for.</summary>
    Task StartAsync(CancellationToken stop);

    /// <summary>Where a doorbell goes that another node rang, from now on. Called on any thread.</summary>
    void OnRung(Action rung);

    /// <summary>Where the news of other nodes go, from now on. Called on any thread.</summary>
    void OnNews(Action<NodeNews> heard);

    /// <summary>There is something new in the log. Costs nothing, however often.</summary>
    void Ring();

    /// <summary>Tells the other nodes. Never waits; where there is too much the oldest is dropped.</summary>
    void Publish(NodeNews news);
}

/// <summary>For who is alone, or is to be treated so.</summary>
public sealed class SilentBus : INodeBus
{
    public static readonly SilentBus Instance = new();

    public string? Node => null;

    public Task StartAsync(CancellationToken stop) => Task.CompletedTask;

    public void OnRung(Action rung)
    {
    }

    public void OnNews(Action<NodeNews> heard)
    {
    }

    public void Ring()
    {
    }

    public void Publish(NodeNews news)
    {
    }
}
