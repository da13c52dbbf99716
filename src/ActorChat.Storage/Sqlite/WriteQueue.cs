using System.Diagnostics.CodeAnalysis;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// The queue of the writer's thread. The thread sleeps as soon as the queue is empty: BlockingCollection spins first, which on a server
/// with one core takes time from the threads that would fill the queue. It needs no bound: the PersistenceActor hands in one batch at a
/// time.
/// </summary>
internal sealed class WriteQueue
{
    readonly Queue<WriteBatch> waiting = new();
    bool closed;

    /// <summary>The queue is empty and closed.</summary>
    public bool IsFinished
    {
        get
        {
            lock (waiting) return closed && waiting.Count == 0;
        }
    }

    /// <summary>False if the queue is closed.</summary>
    public bool TryAdd(WriteBatch batch)
    {
        lock (waiting)
        {
            if (closed) return false;
            waiting.Enqueue(batch);
            Monitor.Pulse(waiting);
            return true;
        }
    }

    /// <summary>Takes the oldest batch; false if none came within this time, or the queue is closed and empty.</summary>
    public bool TryTake([NotNullWhen(true)] out WriteBatch? batch, TimeSpan within)
    {
        lock (waiting)
        {
            if (waiting.Count == 0 && !closed) Monitor.Wait(waiting, within);
            return waiting.TryDequeue(out batch);
        }
    }

    public void Close()
    {
        lock (waiting)
        {
            closed = true;
            Monitor.PulseAll(waiting);
        }
    }
}
