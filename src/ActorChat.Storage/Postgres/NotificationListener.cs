using ActorChat.Domain;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>Receives the notifications of all nodes on a connection of its own, and connects again when that breaks.</summary>
/// <param name="notifyAll">Sends a notification that this node hears as well.</param>
internal sealed class NotificationListener(NpgsqlDataSource source, string node, Action notifyAll, ILogger log)
{
    // A dead connection may look alive: if nothing arrives for this long, the node sends a notification and waits for its own.
    static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(5);

    volatile Action notified = () => { };
    volatile Action<NodeNews> received = _ => { };

    public void OnNotified(Action action) => notified = action;

    public void OnEphemeralEvent(Action<NodeNews> action) => received = action;

    public async Task<NpgsqlConnection> ConnectAsync(CancellationToken stop)
    {
        var connection = await source.OpenConnectionAsync(stop);
        try
        {
            connection.Notification += (_, notification) => OnNotification(notification.Channel, notification.Payload);
            await connection.ExecuteAsync($"LISTEN {NotifyBus.LogChannel}; LISTEN {NotifyBus.EphemeralChannel}", stop);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    void OnNotification(string channel, string payload)
    {
        if (channel == NotifyBus.LogChannel)
        {
            if (payload != node) notified();
            return;
        }
        var (sender, events) = EphemeralCodec.Read(payload);
        if (sender == node) return;
        foreach (var item in events) received(item);
    }

    /// <summary>Listens until it is stopped.</summary>
    /// <param name="connection">The first connection, which listens already.</param>
    public async Task RunAsync(NpgsqlConnection? connection, CancellationToken stop)
    {
        var failing = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                connection ??= await ConnectAsync(stop);
                if (failing) log.LogInformation("Notifications of other nodes arrive again");
                failing = false;
                notified(); // for the notifications that were missed while nobody listened
                while (true)
                    if (!await connection.WaitAsync(PingAfter, stop))
                        await PingAsync(connection, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The bus is being closed.
            }
            catch (Exception error) when (PostgresErrors.IsConnectionError(error)
                || error is OperationCanceledException or InvalidOperationException)
            {
                if (!failing)
                    log.LogWarning(
                        "Notifications of other nodes do not arrive; the log is only polled until they do: {Reason}",
                        PostgresErrors.Explain(error));
                failing = true;
                var pause = TimeSpan.FromMilliseconds(Random.Shared.Next(250, 1000));
                await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                if (connection is not null) await connection.DisposeAsync();
                connection = null;
            }
        }
    }

    async Task PingAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        notifyAll();
        if (!await connection.WaitAsync(PingAfter, stop)) throw new TimeoutException("this node's own notification did not arrive");
    }
}
