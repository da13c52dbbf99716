namespace ActorChat.Server.Tests.Clients;

/// <summary>Records all frames of one connection in their order. Tests can wait for later frames.</summary>
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

    public void Close(Closed end) => Change(() => closed ??= end);

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

    /// <summary>Returns the first matching frame at or after the index <paramref name="from"/>.</summary>
    /// <exception cref="TimeoutException">No such frame came before the timeout or the end of the connection.</exception>
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
            if (end is not null) throw new TimeoutException($"The connection ended with {end} before the expected frame. {LastFrames()}");
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
            throw new TimeoutException($"The expected frame did not come. {LastFrames()}");
        }
    }

    string LastFrames() => "The last frames were:\n" + string.Join('\n', All.TakeLast(12));

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
