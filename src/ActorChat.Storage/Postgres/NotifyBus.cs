using System.Threading.Channels;
using ActorChat.Domain;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// The bus between nodes on PostgreSQL's own notifications, which need no further service. Never inside the transaction of a message: a notification
/// takes a lock that all commits of the database share. The doorbell is empty, so one that is lost costs nothing but the time to the next poll.
/// </summary>
public sealed class NotifyBus : INodeBus, IAsyncDisposable
{
    const string Bell = "actorchat_bell", News = "actorchat_news";

    // PostgreSQL's limit is 8000 bytes, and the envelope needs some.
    const int PayloadBytes = 7500;

    // A listener whose connection is dead without knowing it hears nothing: it rings its own bell when nobody else does.
    static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(5);

    static readonly TimeSpan BellPause = TimeSpan.FromMilliseconds(5), NewsPause = TimeSpan.FromMilliseconds(50);

    readonly string _node;
    readonly ILogger<NotifyBus> _log;
    readonly NpgsqlDataSource _source;
    readonly CancellationTokenSource _stop = new();
    readonly SemaphoreSlim _ringing = new(0);
    readonly Channel<byte[]> _news = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => StorageMetrics.NewsDropped.Add(1));

    volatile Action _rung = () => { };
    volatile Action<NodeNews> _heard = _ => { };
    int _rings;
    Task _running = Task.CompletedTask;

    /// <param name="node">The name of this node, unique among all.</param>
    /// <exception cref="Actors.Persistence.StoreStartException">The connection string cannot be read.</exception>
    public NotifyBus(StorageOptions options, string node, ILogger<NotifyBus> log)
    {
        _node = node;
        _log = log;
        _source = PostgresSource.Create(options, "bus", connections: 3); // one listens, one rings, one tells
    }

    public string? Node => _node;

    public void OnRung(Action rung) => _rung = rung;

    public void OnNews(Action<NodeNews> heard) => _heard = heard;

    public void Ring()
    {
        if (Interlocked.Exchange(ref _rings, 1) == 0) _ringing.Release();
    }

    public void Publish(NodeNews news)
    {
        var item = NewsCodec.Write(news);
        if (item.Length > PayloadBytes) StorageMetrics.NewsDropped.Add(1);
        else _news.Writer.TryWrite(item);
    }

    public async Task StartAsync(CancellationToken stop)
    {
        var connection = await ListenAsync(stop).ConfigureAwait(false);
        _running = Task.WhenAll(HearAsync(connection), RingAsync(), TellAsync());
    }

    async Task<NpgsqlConnection> ListenAsync(CancellationToken stop)
    {
        var connection = await _source.OpenConnectionAsync(stop).ConfigureAwait(false);
        try
        {
            connection.Notification += (_, heard) => OnNotification(heard.Channel, heard.Payload);
            await using var listen = new NpgsqlCommand($"LISTEN {Bell}; LISTEN {News}", connection);
            await listen.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    void OnNotification(string channel, string payload)
    {
        if (channel == Bell)
        {
            if (payload != _node) _rung();
            return;
        }
        var (node, news) = NewsCodec.Read(payload);
        if (node == _node) return;
        foreach (var item in news) _heard(item);
    }

    async Task HearAsync(NpgsqlConnection? connection)
    {
        var failing = false;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                connection ??= await ListenAsync(_stop.Token).ConfigureAwait(false);
                if (failing) _log.LogInformation("The doorbell of the other nodes is heard again");
                failing = false;
                _rung(); // whatever rang while nobody listened
                while (true)
                    if (!await connection.WaitAsync(PingAfter, _stop.Token).ConfigureAwait(false))
                        await PingAsync(connection).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // It ends.
            }
            catch (Exception error) when (PostgresErrors.IsOfTheWay(error) || error is OperationCanceledException or InvalidOperationException)
            {
                if (!failing) _log.LogWarning("The doorbell of the other nodes is not heard, until then the log is polled: {Reason}", PostgresErrors.Explain(error));
                failing = true;
                await PauseAsync(TimeSpan.FromMilliseconds(Random.Shared.Next(250, 1000))).ConfigureAwait(false);
            }
            finally
            {
                if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
                connection = null;
            }
        }
    }

    async Task PingAsync(NpgsqlConnection listener)
    {
        Ring();
        if (!await listener.WaitAsync(PingAfter, _stop.Token).ConfigureAwait(false)) throw new TimeoutException("its own bell did not reach it");
    }

    // At most one on its way, and not more often than every few milliseconds: one doorbell says as much as a hundred.
    async Task RingAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await _ringing.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested) return;
            Interlocked.Exchange(ref _rings, 0);
            await NotifyAsync(Bell, _node).ConfigureAwait(false);
            await PauseAsync(BellPause).ConfigureAwait(false);
        }
    }

    async Task TellAsync()
    {
        var items = new List<byte[]>();
        while (await IsThereNewsAsync().ConfigureAwait(false))
        {
            var size = 0;
            while (_news.Reader.TryPeek(out var next) && (size += next.Length + 1) <= PayloadBytes && _news.Reader.TryRead(out next)) items.Add(next);
            if (items.Count > 0) await NotifyAsync(News, NewsCodec.Envelope(_node, items)).ConfigureAwait(false);
            items.Clear();
            await PauseAsync(NewsPause).ConfigureAwait(false);
        }
    }

    async Task<bool> IsThereNewsAsync()
    {
        try
        {
            return await _news.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false);
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
            await using var notify = _source.CreateCommand("SELECT pg_notify($1, $2)");
            notify.Parameters.Add(new NpgsqlParameter { Value = channel });
            notify.Parameters.Add(new NpgsqlParameter { Value = payload });
            await notify.ExecuteNonQueryAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.IsOfTheWay(error) || error is OperationCanceledException)
        {
            _log.LogDebug("The other nodes were not told: {Reason}", PostgresErrors.Explain(error));
        }
    }

    async Task PauseAsync(TimeSpan pause) => await Task.Delay(pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
        _ringing.Dispose();
    }
}
