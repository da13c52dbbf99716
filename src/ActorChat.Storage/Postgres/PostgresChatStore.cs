using ActorChat.Actors.Persistence;
using ActorChat.Protocol;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// The store on a PostgreSQL of one's own. Writing, reading and the guard have connections of their own, so that none starves another.
/// One server at a time for now: the guard's lock keeps a second one from starting.
/// </summary>
public sealed class PostgresChatStore(StorageOptions options, TimeProvider time, ILogger<PostgresChatStore> log) : IChatStore
{
    const int Readers = 8;

    NpgsqlDataSource? _writing, _reading;
    NodeGuard? _guard;
    PostgresWriter? _writer;
    PostgresReads? _reads;

    PostgresWriter Writer => _writer ?? throw new InvalidOperationException("The store has not been opened.");
    PostgresReads Reads => _reads ?? throw new InvalidOperationException("The store has not been opened.");

    /// <inheritdoc/>
    public async Task<StoreIdentity> OpenAsync(CancellationToken stop)
    {
        if (_writing is not null) throw new InvalidOperationException("The store has been opened before.");
        try
        {
            _writing = PostgresSource.Create(options, "writer", connections: 3); // the guard's, the writer's, and one to ask what became of a batch
            _reading = PostgresSource.Create(options, "reader", connections: Readers);
            _guard = await NodeGuard.TakeAsync(_writing, stop).ConfigureAwait(false);
            var epoch = await new PostgresSchema(_guard.Connection, log).PrepareAsync(stop).ConfigureAwait(false);
            _writer = new PostgresWriter(_writing, time);
            _reads = new PostgresReads(_reading);
            await _writer.RegisterAsync(stop).ConfigureAwait(false);
            await CloseRunningAnswersAsync(stop).ConfigureAwait(false);
            log.LogInformation("The data is in {Database} on {Host}", _guard.Connection.Database, _guard.Connection.Host);
            return new StoreIdentity(epoch);
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

    async Task CloseRunningAnswersAsync(CancellationToken stop)
    {
        var running = await Reads.RunningAnswersAsync(stop).ConfigureAwait(false);
        await Writer.CommitAsync([new ProbeWrite(), .. running.Select(answer => answer.Interrupted())], stop).ConfigureAwait(false);
        if (running.Count > 0) log.LogInformation("{Count} answers that were cut off are closed as interrupted", running.Count);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoreOutcome>> CommitAsync(IReadOnlyList<StoreCommand> commands, CancellationToken stop) => Writer.CommitAsync(commands, stop);

    /// <inheritdoc/>
    public Task<ConversationSnapshot?> LoadConversationAsync(ConversationId conversation, int events, int messages, CancellationToken stop) =>
        Reads.ConversationAsync(conversation, events, messages, stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LogEvent>> ReadEventsAsync(ConversationId conversation, long from, long to, CancellationToken stop) =>
        Reads.EventsAsync(conversation, from, to, stop);

    /// <inheritdoc/>
    public Task<MessagePage> ReadMessagesAsync(ConversationId conversation, PageOf range, CancellationToken stop) => Reads.PageAsync(conversation, range, stop);

    /// <inheritdoc/>
    public Task<UserAccount?> FindUserAsync(TokenHash token, CancellationToken stop) => Reads.UserAsync(token, stop);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<ConversationId, long>> ReadMarksAsync(UserId user, CancellationToken stop) => Reads.MarksAsync(user, stop);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _reads?.Close();
        if (_writer is not null) await _writer.DisposeAsync().ConfigureAwait(false);
        if (_guard is not null) await _guard.DisposeAsync().ConfigureAwait(false);
        if (_reading is not null) await _reading.DisposeAsync().ConfigureAwait(false);
        if (_writing is not null) await _writing.DisposeAsync().ConfigureAwait(false);
    }
}
