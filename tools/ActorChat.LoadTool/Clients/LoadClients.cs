using System.Diagnostics;
using System.Net;
using ActorChat.LoadTool.Protocols;

namespace ActorChat.LoadTool.Clients;

/// <summary>The clients of one run and what they share.</summary>
sealed class LoadClients(ChatProtocol protocol, IReadOnlyList<IPEndPoint> servers) : IAsyncDisposable
{
    const int JoinsAtOnce = 100;
    static readonly TimeSpan KeepAliveEvery = TimeSpan.FromSeconds(10), JoinTimeout = TimeSpan.FromSeconds(60);

    readonly List<LoadClient> all = [];
    readonly TaskCompletionSource over = new();
    readonly CancellationTokenSource leaving = new();
    Task keepingAlive = Task.CompletedTask;
    volatile bool isMeasuring, isClosedLoop;

    public ChatProtocol Protocol => protocol;

    /// <summary>The server of a client: clients are spread over the servers.</summary>
    public int NodeOf(int client) => client % servers.Count;

    public IPEndPoint ServerOf(int client) => servers[NodeOf(client)];

    /// <summary>The clients that send, by their slots.</summary>
    public IReadOnlyList<LoadClient> Senders { get; set; } = [];

    public bool HasSeveralNodes => servers.Count > 1;

    public IReadOnlyList<LoadClient> All => all;

    public int Size { get; set; }

    /// <summary>Whether deliveries are counted at the moment.</summary>
    public bool IsMeasuring { get => isMeasuring; set => isMeasuring = value; }

    /// <summary>Whether a sender sends its next message when it receives its own.</summary>
    public bool IsClosedLoop { get => isClosedLoop; set => isClosedLoop = value; }

    public Task Over => over.Task;

    public static long Nanoseconds(long ticks) => (long)(ticks * (1e9 / Stopwatch.Frequency));

    /// <summary>Lets more clients join, a hundred at a time or all at once.</summary>
    /// <returns>The time that each took.</returns>
    public async Task<Histogram> JoinAsync(int count, Action<LoadClient>? prepare = null, bool atOnce = false)
    {
        var times = new Histogram();
        using var gate = new SemaphoreSlim(atOnce ? count : JoinsAtOnce);
        var joins = new List<Task<long>>();
        for (var i = 0; i < count; i++)
        {
            var client = new LoadClient(this, all.Count);
            prepare?.Invoke(client);
            all.Add(client);
            await gate.WaitAsync();
            joins.Add(Task.Run(async () =>
            {
                var since = Stopwatch.GetTimestamp();
                await client.JoinAsync().WaitAsync(JoinTimeout);
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
            throw new LoadException($"Not all of {count} clients could join {protocol.Name}: {e.Message}");
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
                foreach (var client in all.ToArray())
                    client.KeepAlive();
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
        foreach (var client in all) client.Disconnect();
        await keepingAlive;
        leaving.Dispose();
    }
}
