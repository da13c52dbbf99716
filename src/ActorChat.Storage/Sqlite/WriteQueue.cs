using System.Diagnostics.CodeAnalysis;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// What waits for the writer's thread. The thread sleeps as soon as there is nothing: a collection of the framework spins first, and on a
/// server of one core that is time which those need who would give it something to do. Its bound is the PersistenceActor's, who hands in
/// one batch at a time.
/// </summary>
internal sealed class WriteQueue
{
    readonly Queue<WriteBatch> _waiting = new();
    bool _closed;

    /// <summary>Nothing is here and nothing will come.</summary>
    public bool IsFinished
    {
        get
        {
            lock (_waiting) return _closed && _waiting.Count == 0;
        }
    }

    /// <summary>False where the queue is closed.</summary>
    public bool TryAdd(WriteBatch batch)
    {
        lock (_waiting)
        {
            if (_closed) return false;
            _waiting.Enqueue(batch);
            Monitor.Pulse(_waiting);
            return true;
        }
    }

    /// <summary>Takes the oldest; false where none has come within the time, or none can come.</summary>
    public bool TryTake([NotNullWhen(true)] out WriteBatch? batch, TimeSpan within)
    {
        lock (_waiting)
        {
            if (_waiting.Count == 0 && !_closed) Monitor.Wait(_waiting, within);
            return _waiting.TryDequeue(out batch);
        }
    }

    public void Close()
    {
        lock (_waiting)
        {
            _closed = true;
            Monitor.PulseAll(_waiting);
        }
    }
}
