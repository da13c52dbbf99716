using System.Diagnostics;
using System.Net;
using ActorChat.LoadTool.Dialects;

namespace ActorChat.LoadTool.Members;

/// <summary>The members of one run and what they share.</summary>
sealed class Crowd(Dialect dialect, IReadOnlyList<IPEndPoint> servers) : IAsyncDisposable
{
    const int JoinsAtOnce = 100;
    static readonly TimeSpan KeepAliveEvery = TimeSpan.FromSeconds(10), JoinTimeout = TimeSpan.FromSeconds(60);

    readonly List<Member> members = [];
    readonly TaskCompletionSource over = new();
    readonly CancellationTokenSource leaving = new();
    Task keepingAlive = Task.CompletedTask;
    volatile bool isMeasuring, isClosedLoop;

    public Dialect Dialect => dialect;

    /// <summary>The members are spread over the servers.</summary>
    public int NodeOf(int member) => member % servers.Count;

    public IPEndPoint ServerOf(int member) => servers[NodeOf(member)];

    /// <summary>Those who talk, by their slots.</summary>
    public IReadOnlyList<Member> Senders { get; set; } = [];

    public bool HasSeveralNodes => servers.Count > 1;

    public IReadOnlyList<Member> Members => members;

    public int Size { get; set; }

    /// <summary>Whether what comes now counts.</summary>
    public bool IsMeasuring { get => isMeasuring; set => isMeasuring = value; }

    /// <summary>Whether a sender says the next line when it gets its own.</summary>
    public bool IsClosedLoop { get => isClosedLoop; set => isClosedLoop = value; }

    public Task Over => over.Task;

    public static long Nanoseconds(long ticks) => (long)(ticks * (1e9 / Stopwatch.Frequency));

    /// <summary>So many more join, a hundred at a time, or all at once. The result is how long each took, in the order in which they were in.</summary>
    public async Task<Histogram> JoinAsync(int count, Action<Member>? prepare = null, bool atOnce = false)
    {
        var times = new Histogram();
        using var gate = new SemaphoreSlim(atOnce ? count : JoinsAtOnce);
        var joins = new List<Task<long>>();
        for (var i = 0; i < count; i++)
        {
            var member = new Member(this, members.Count);
            prepare?.Invoke(member);
            members.Add(member);
            await gate.WaitAsync();
            joins.Add(Task.Run(async () =>
            {
                var since = Stopwatch.GetTimestamp();
                await member.JoinAsync().WaitAsync(JoinTimeout);
                gate.Release();
                return Nanoseconds(Stopwatch.GetTimestamp() - since);
            }));
            if (joins.Find(j => j.IsFaulted) is { } failed) await failed;
        }
        try
        {
            foreach (var time in await Task.WhenAll(joins)) times.Add(time);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            throw new LoadException($"Not all of {count} could join {dialect.Name}: {e.Message}");
        }
        if (keepingAlive.IsCompleted) keepingAlive = KeepAliveAsync();
        return times;
    }

    async Task KeepAliveAsync()
    {
        using var timer = new PeriodicTimer(KeepAliveEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(leaving.Token))
                foreach (var member in members.ToArray())
                    member.KeepAlive();
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await leaving.CancelAsync();
        over.TrySetResult();
        foreach (var member in members) member.Leave();
        await keepingAlive;
        leaving.Dispose();
    }
}
