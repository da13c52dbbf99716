using ActorChat.Domain;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ActorChat.Storage.Sqlite;

/// <summary>The embedded store: one file, one writer, a few readers.</summary>
public sealed class SqliteChatStore(StorageOptions options, TimeProvider time, ILogger<SqliteChatStore> log) : IChatStore
{
    ProcessLock? _lock;
    SqliteWriter? _writer;
    SqliteReaders? _readers;

    /// <summary>For tests of faults: sees every connection that is about to write.</summary>
    internal Action<SqliteConnection>? WriterConnected { get; init; }

    /// <summary>The same: runs on the writer's thread before each upkeep.</summary>
    internal Action? UpkeepBegins { get; init; }

    /// <inheritdoc/>
    public string Epoch { get; private set; } = "";

    SqliteWriter Writer => _writer ?? throw new InvalidOperationException("The store has not been opened.");
    SqliteReaders Readers => _readers ?? throw new InvalidOperationException("The store has not been opened.");

    /// <inheritdoc/>
    public async Task<StoreIdentity> OpenAsync(CancellationToken stop)
    {
        if (_lock is not null) throw new InvalidOperationException("The store has been opened before.");
        var file = new DatabaseFile(options) { WriterConnected = WriterConnected, UpkeepBegins = UpkeepBegins };
        try
        {
            await Task.Run(() => Prepare(file), stop).ConfigureAwait(false);
            _readers = new SqliteReaders(file);
            _writer = new SqliteWriter(file, time, log);
            await CloseRunningAnswersAsync(stop).ConfigureAwait(false);
            log.LogInformation("The data is in {File}", file.Path);
            Epoch = await _readers.ReadAsync(reader => reader.Epoch(), stop).ConfigureAwait(false);
            return new StoreIdentity(Epoch);
        }
        catch (SqliteException error)
        {
            await DisposeAsync().ConfigureAwait(false);
            throw new StoreStartException($"The database {file.Path} cannot be opened: {SqliteErrors.Explain(error)}.", error);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or StoreOutcomeUnknownException)
        {
            await DisposeAsync().ConfigureAwait(false);
            throw new StoreStartException($"The database {file.Path} cannot be written: {failure.Message}.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await DisposeAsync().ConfigureAwait(false);
            throw new StoreStartException($"The database {file.Path} cannot be opened: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    void Prepare(DatabaseFile file)
    {
        _lock = ProcessLock.Take(file.Path);
        new Schema(file, time, log).Prepare();
    }

    async Task CloseRunningAnswersAsync(CancellationToken stop)
    {
        // The probe finds out now, and not at the first message, whether the file can be written.
        var running = await Readers.ReadAsync(reader => reader.RunningAnswers(), stop).ConfigureAwait(false);
        await Writer.CommitAsync([new ProbeWrite(), .. running.Select(answer => answer.Interrupted())], stop).ConfigureAwait(false);
        if (running.Count > 0) log.LogInformation("{Count} answers that were cut off are closed as interrupted", running.Count);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoreOutcome>> CommitAsync(IReadOnlyList<StoreCommand> commands, CancellationToken stop) =>
        Writer.CommitAsync(commands, stop);

    /// <inheritdoc/>
    public void Announced()
    {
        // Nobody else writes here, and nothing is looked for in the log that was not told.
    }

    /// <inheritdoc/>
    public Task<ConversationSnapshot?> LoadConversationAsync(ConversationId conversation, int events, int messages, CancellationToken stop) =>
        Readers.ReadAsync(reader => reader.Conversation(conversation, events, messages, time.GetUtcNow()), stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ConversationEvent>> ReadEventsAsync(ConversationId conversation, long from, long to, CancellationToken stop) =>
        Readers.ReadAsync(reader => reader.Events(conversation, from, to), stop);

    /// <inheritdoc/>
    public Task<MessagePage> ReadMessagesAsync(ConversationId conversation, HistoryRange range, CancellationToken stop) =>
        Readers.ReadAsync(reader => reader.Page(conversation, range), stop);

    /// <inheritdoc/>
    public Task<UserAccount?> FindUserAsync(TokenHash token, CancellationToken stop) =>
        Readers.ReadAsync(reader => reader.User(token), stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TokenHash>> ReadRevokedAsync(TimeSpan within, CancellationToken stop) =>
        Readers.ReadAsync(reader => reader.RevokedSince(time.GetUtcNow() - within), stop);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<ConversationId, long>> ReadPositionsAsync(UserId user, CancellationToken stop) =>
        Readers.ReadAsync(reader => reader.ReadMarks(user), stop);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_readers is not null) await _readers.DisposeAsync().ConfigureAwait(false);
        if (_writer is not null) await _writer.DisposeAsync().ConfigureAwait(false);
        _lock?.Dispose();
    }
}
