namespace ActorChat.Server.Tests.Clients;

/// <summary>Everything that came over one connection, in its order, and a way to wait for what is to come.</summary>
sealed class FrameRecord
{
    readonly Lock gate = new();
    readonly List<Frame> frames = [];
    TaskCompletionSource changed = New();
    Closed? closed;

    public IReadOnlyList<Frame> All
    {
        get
        {
            lock (gate) return [.. frames];
        }
    }

    public int Count
    {
        get
        {
            lock (gate) return frames.Count;
        }
    }

    public Closed? Closed
    {
        get
        {
            lock (gate) return closed;
        }
    }

    public void Add(Frame frame) => Change(() => frames.Add(frame));

    public void Close(Closed with) => Change(() => closed ??= with);

    void Change(Action change)
    {
        TaskCompletionSource before;
        lock (gate)
        {
            change();
            (before, changed) = (changed, New());
        }
        before.SetResult();
    }

    /// <summary>The first frame from a place in the record on for which the predicate holds.</summary>
    public async Task<Frame> FirstAsync(Func<Frame, bool> predicate, int from, TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout);
        for (var next = from; ;)
        {
            Task change;
            Closed? end;
            Frame[] unseen;
            lock (gate)
            {
                (change, end) = (changed.Task, closed);
                unseen = next < frames.Count ? [.. frames.Skip(next)] : [];
            }
            if (unseen.FirstOrDefault(predicate) is { } found) return found;
            next += unseen.Length;
            if (end is not null) throw new TimeoutException($"The connection ended with {end} before what was expected came. {Told()}");
            await WaitAsync(change, deadline.Token);
        }
    }

    public async Task<Closed> ClosedAsync(TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout);
        while (true)
        {
            Task change;
            lock (gate)
            {
                if (closed is not null) return closed;
                change = changed.Task;
            }
            await WaitAsync(change, deadline.Token);
        }
    }

    async Task WaitAsync(Task change, CancellationToken stop)
    {
        try
        {
            await change.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"What was expected did not come. {Told()}");
        }
    }

    string Told() => "The last frames were:\n" + string.Join('\n', All.TakeLast(12));

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
