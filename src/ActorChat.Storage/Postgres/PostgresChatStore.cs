using System.Collections.Concurrent;
using ActorChat.Domain;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// The store on PostgreSQL, for any number of nodes. Writing, following the log, saying that this node is there, asking who may come in, reading history
/// and the bus between the nodes have connections of their own, so that none starves another.
/// </summary>
/// <param name="bus">Rung after each commit.</param>
public sealed class PostgresChatStore(StorageOptions options, INodeBus bus, string node, TimeProvider time, ILogger<PostgresChatStore> log) : IChatStore, ISharedLog
{
    const int Readers = 8;

    NpgsqlDataSource? _writing, _following, _leasing, _asking, _reading;
    PostgresWriter? _writer;
    PostgresLog? _log;
    PostgresReads? _reads, _access;
    NodeLease? _lease;
    readonly LogOrigin _origin = new();
    readonly ConcurrentQueue<IReadOnlyList<LogPlace>> _unannounced = []; // of the commits that have ended: one or two
    int _disposed;

    /// <inheritdoc/>
    public string Epoch { get; private set; } = "";

    PostgresWriter Writer => _writer ?? throw new InvalidOperationException("The store has not been opened.");
    PostgresReads Reads => _reads ?? throw new InvalidOperationException("The store has not been opened.");
    PostgresReads Access => _access ?? throw new InvalidOperationException("The store has not been opened.");
    PostgresLog Log => _log ?? throw new InvalidOperationException("The store has not been opened.");

    /// <inheritdoc/>
    public async Task<StoreIdentity> OpenAsync(CancellationToken stop)
    {
        if (_writing is not null) throw new InvalidOperationException("The store has been opened before.");
        try
        {
            _writing = PostgresSource.Create(options, PostgresSource.Writer, connections: 2, origin: _origin); // the writer's, and one to ask what became of a batch
            _following = PostgresSource.Create(options, "tail", connections: 1, origin: _origin);
            _leasing = PostgresSource.Create(options, "lease", connections: 1, origin: _origin);
            _asking = PostgresSource.Create(options, "access", connections: 2, origin: _origin);
            _reading = PostgresSource.Create(options, "reader", connections: Readers, origin: _origin);
            Epoch = await PrepareAsync(null, stop).ConfigureAwait(false);
            _writer = new PostgresWriter(_writing, node, time);
            _log = new PostgresLog(_following);
            _reads = new PostgresReads(_reading);
            _access = new PostgresReads(_asking);
            _lease = new NodeLease(_leasing, node, _writer, bus, log);
            await _lease.TakeAsync(stop).ConfigureAwait(false);
            await _writer.CommitAsync([new ProbeWrite()], stop).ConfigureAwait(false); // it can be written, or the start ends here
            // First the doorbell is heard, then the position is read, then the sockets open: what is written in between is rung for.
            await bus.StartAsync(stop).ConfigureAwait(false);
            await _log.BeginAsync(stop).ConfigureAwait(false);
            return new StoreIdentity(Epoch);
        }
        catch (Exception failure) when (PostgresErrors.IsOfTheWay(failure))
        {
            await DisposeAsync().ConfigureAwait(false);
            throw new StoreStartException($"The PostgreSQL of Storage:ConnectionString cannot be used: {PostgresErrors.Explain(failure)}.", failure);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or StoreOutcomeUnknownException)
        {
            await DisposeAsync().ConfigureAwait(false);
            throw new StoreStartException($"The PostgreSQL of Storage:ConnectionString cannot be written: {failure.Message}.", failure);
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    async Task<string> PrepareAsync(string? goneBack, CancellationToken stop)
    {
        await using var source = PostgresSource.Create(options, "start", connections: 1, patience: 15); // nobody waits for an answer yet
        await using var alone = await SchemaLock.TakeAsync(source, stop).ConfigureAwait(false);
        var epoch = await new PostgresSchema(alone.Connection, log).PrepareAsync(stop, goneBack: goneBack).ConfigureAwait(false);
        await _origin.TakeAsync(alone.Connection, stop).ConfigureAwait(false);
        log.LogInformation("The data is in {Database} on {Host}", alone.Connection.Database, alone.Connection.Host);
        return epoch;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoreOutcome>> CommitAsync(IReadOnlyList<StoreCommand> commands, CancellationToken stop)
    {
        var (outcomes, places) = await Writer.CommitAsync(commands, stop).ConfigureAwait(false);
        _unannounced.Enqueue(places);
        if (places.Count > 0) bus.Ring();
        return outcomes;
    }

    /// <inheritdoc/>
    public void Announced()
    {
        // Not before: a reading that passed over what is still on its way to a conversation would let somebody in who has seen more on another node.
        if (_unannounced.TryDequeue(out var places)) Log.Note(places);
    }

    /// <inheritdoc/>
    public async Task<LogNews> ReadNewAsync(int most, CancellationToken stop)
    {
        try
        {
            return await Log.ReadNewAsync(most, stop).ConfigureAwait(false);
        }
        catch (Exception error) when (LogReplacedException.IsBehind(error))
        {
            return await TakeOverAsync(null, stop).ConfigureAwait(false);
        }
        catch (LogWentBackException)
        {
            return await TakeOverAsync(Epoch, stop).ConfigureAwait(false);
        }
    }

    // Nothing is written before this has ended: until then each new connection is refused.
    async Task<LogNews> TakeOverAsync(string? goneBack, CancellationToken stop)
    {
        try
        {
            Epoch = await PrepareAsync(goneBack, stop).ConfigureAwait(false);
            await _lease!.RegisterAsync(stop).ConfigureAwait(false);
            await Log.BeginAsync(stop).ConfigureAwait(false);
            _unannounced.Clear(); // places in a log that is no more
            return LogNews.None with { Replaced = true };
        }
        catch (Exception error) when (PostgresErrors.IsOfTheWay(error) || error is StoreStartException)
        {
            throw new StoreUnavailableException(error is StoreStartException ? error.Message : PostgresErrors.Explain(error), error);
        }
    }

    /// <inheritdoc/>
    public Task<ConversationSnapshot?> LoadConversationAsync(ConversationId conversation, int events, int messages, CancellationToken stop) =>
        Reads.ConversationAsync(conversation, events, messages, stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ConversationEvent>> ReadEventsAsync(ConversationId conversation, long from, long to, CancellationToken stop) =>
        Reads.EventsAsync(conversation, from, to, stop);

    /// <inheritdoc/>
    public Task<MessagePage> ReadMessagesAsync(ConversationId conversation, HistoryRange range, CancellationToken stop) => Reads.PageAsync(conversation, range, stop);

    /// <inheritdoc/>
    public Task<UserAccount?> FindUserAsync(TokenHash token, CancellationToken stop) => Access.UserAsync(token, stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TokenHash>> ReadRevokedAsync(TimeSpan within, CancellationToken stop) => Access.RevokedAsync(within, stop);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<ConversationId, long>> ReadPositionsAsync(UserId user, CancellationToken stop) => Reads.MarksAsync(user, stop);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        _reads?.Close();
        _access?.Close();
        if (_lease is not null) await _lease.DisposeAsync().ConfigureAwait(false);
        if (_writer is not null) await _writer.DisposeAsync().ConfigureAwait(false);
        foreach (var source in new[] { _reading, _asking, _leasing, _following, _writing })
            if (source is not null) await source.DisposeAsync().ConfigureAwait(false);
    }
}
