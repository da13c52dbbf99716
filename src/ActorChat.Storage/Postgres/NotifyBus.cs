using System.Threading.Channels;
using ActorChat.Domain;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// The bus between nodes, over PostgreSQL's own notifications, which need no other service. It never sends one inside the transaction of a
/// message: a notification takes a lock that all commits of the database share. A notification that the log has new entries has no content,
/// so losing one only means waiting for the next poll.
/// </summary>
public sealed class NotifyBus : INodeBus, IAsyncDisposable
{
    // The names must not change: during a rolling upgrade nodes of two versions use them.
    internal const string LogChannel = "actorchat_bell", EphemeralChannel = "actorchat_news";

    // PostgreSQL's limit is 8000 bytes, and the envelope needs some of them.
    const int PayloadBytes = 7500;

    const int QueueLimit = 1000;

    // How often to send at most: notifications of the log, and ephemeral events, which are collected meanwhile.
    static readonly TimeSpan LogPause = TimeSpan.FromMilliseconds(5), EphemeralPause = TimeSpan.FromMilliseconds(50);

    readonly string node;
    readonly ILogger<NotifyBus> log;
    readonly NpgsqlDataSource source;
    readonly NotificationListener listener;
    readonly CancellationTokenSource stopping = new();
    readonly SemaphoreSlim logChanged = new(0);
    readonly Channel<byte[]> ephemeral = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(QueueLimit) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
        _ => StorageMetrics.EphemeralDropped.Add(1));

    int isLogChanged;
    Task running = Task.CompletedTask;

    /// <param name="node">The name of this node, unique among all nodes.</param>
    /// <exception cref="StoreStartException">The connection string cannot be parsed.</exception>
    public NotifyBus(StorageOptions options, string node, ILogger<NotifyBus> log)
    {
        this.node = node;
        this.log = log;
        source = PostgresSource.Create(options, "bus", connections: 3); // one listens, one sends each kind of notification
        listener = new NotificationListener(source, node, NotifyOthers, log);
    }

    public string? Node => node;

    public void OnNotified(Action notified) => listener.OnNotified(notified);

    public void OnEphemeralEvent(Action<NodeNews> received) => listener.OnEphemeralEvent(received);

    public void NotifyOthers()
    {
        if (Interlocked.Exchange(ref isLogChanged, 1) == 0) logChanged.Release();
    }

    public void Publish(NodeNews news)
    {
        var item = EphemeralCodec.Write(news);
        if (item.Length > PayloadBytes) StorageMetrics.EphemeralDropped.Add(1);
        else ephemeral.Writer.TryWrite(item);
    }

    public async Task StartAsync(CancellationToken stop)
    {
        var connection = await listener.ConnectAsync(stop);
        running = Task.WhenAll(listener.RunAsync(connection, stopping.Token), SendLogNotificationsAsync(), SendEphemeralEventsAsync());
    }

    // One at a time, and one in a few milliseconds: a single notification has the same effect as a hundred.
    async Task SendLogNotificationsAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            await logChanged.WaitAsync(stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested) return;
            Interlocked.Exchange(ref isLogChanged, 0);
            await NotifyAsync(LogChannel, node);
            await PauseAsync(LogPause);
        }
    }

    async Task SendEphemeralEventsAsync()
    {
        var items = new List<byte[]>();
        while (await HasEphemeralEventsAsync())
        {
            var size = 0;
            var reader = ephemeral.Reader;
            while (reader.TryPeek(out var next) && (size += next.Length + 1) <= PayloadBytes && reader.TryRead(out next))
                items.Add(next);
            if (items.Count > 0) await NotifyAsync(EphemeralChannel, EphemeralCodec.Envelope(node, items));
            items.Clear();
            await PauseAsync(EphemeralPause);
        }
    }

    async Task<bool> HasEphemeralEventsAsync()
    {
        try
        {
            return await ephemeral.Reader.WaitToReadAsync(stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    async Task NotifyAsync(string channel, string payload)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(stopping.Token);
            await connection.ExecuteAsync("SELECT pg_notify($1, $2)", stopping.Token, channel, payload);
        }
        catch (Exception error) when (PostgresErrors.IsConnectionError(error) || error is OperationCanceledException)
        {
            log.LogDebug("Other nodes could not be notified: {Reason}", PostgresErrors.Explain(error));
        }
    }

    async Task PauseAsync(TimeSpan pause) => await Task.Delay(pause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        await source.DisposeAsync();
        stopping.Dispose();
        logChanged.Dispose();
    }
}
