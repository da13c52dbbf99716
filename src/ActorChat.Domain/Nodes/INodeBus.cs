namespace ActorChat.Domain;

/// <summary>
/// Carries what nodes send each other beside the log: notifications that the log has new entries, and ephemeral events. Any of it may be
/// lost. If all of it is lost, every promise still holds, only later.
/// </summary>
public interface INodeBus
{
    /// <summary>The name of this node, unique among all nodes and new at every start; null when this node runs alone.</summary>
    string? Node { get; }

    /// <summary>When this returns, the node is listening: it either reads an entry from the log or is notified of it.</summary>
    Task StartAsync(CancellationToken stop);

    /// <summary>Sets what to call when another node has written to the log. It is called on any thread.</summary>
    void OnNotified(Action notified);

    /// <summary>Sets what to call with each ephemeral event of another node. It is called on any thread.</summary>
    void OnEphemeralEvent(Action<NodeNews> received);

    /// <summary>Notifies the other nodes that the log has new entries. Cheap, however often it is called.</summary>
    void NotifyOthers();

    /// <summary>Sends an ephemeral event to the other nodes. Never waits; when too many are queued, the oldest is dropped.</summary>
    void Publish(NodeNews news);
}

/// <summary>The bus of a node that runs alone, or with <c>Storage:Bus=none</c>: it sends and receives nothing.</summary>
public sealed class SilentBus : INodeBus
{
    public static readonly SilentBus Instance = new();

    public string? Node => null;

    public Task StartAsync(CancellationToken stop) => Task.CompletedTask;

    public void OnNotified(Action notified)
    {
    }

    public void OnEphemeralEvent(Action<NodeNews> received)
    {
    }

    public void NotifyOthers()
    {
    }

    public void Publish(NodeNews news)
    {
    }
}
