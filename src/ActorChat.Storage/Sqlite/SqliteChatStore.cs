using ActorChat.Domain;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ActorChat.Storage.Sqlite;

/// <summary>The embedded store: one file, one writer, a few readers.</summary>
public sealed class SqliteChatStore(StorageOptions options, TimeProvider time, ILogger<SqliteChatStore> log) : IChatStore
{
    ProcessLock? processLock;
    SqliteWriter? writer;
    SqliteReaders? readers;

    /// <summary>For tests of faults: called with every writing connection before it is used.</summary>
    internal Action<SqliteConnection>? WriterConnected { get; init; }

    /// <summary>For tests of faults: called on the writer's thread before each upkeep.</summary>
    internal Action? UpkeepBegins { get; init; }

    /// <inheritdoc/>
    public string Epoch { get; private set; } = "";

    SqliteWriter Writer => writer ?? throw NotOpened();
    SqliteReaders Readers => readers ?? throw NotOpened();

    static InvalidOperationException NotOpened() => new("The store has not been opened.");

    /// <inheritdoc/>
    public async Task<StoreIdentity> OpenAsync(CancellationToken stop)
    {
        if (processLock is not null) throw new InvalidOperationException("The store has been opened before.");
        var file = new DatabaseFile(options) { WriterConnected = WriterConnected, UpkeepBegins = UpkeepBegins };
        try
        {
            await Task.Run(() => Prepare(file), stop);
            readers = new SqliteReaders(file);
            writer = new SqliteWriter(file, time, log);
            await EndRunningAnswersAsync(stop);
            log.LogInformation("The database file is {File}", file.Path);
            Epoch = await readers.ReadAsync(reader => reader.Epoch(), stop);
            return new StoreIdentity(Epoch);
        }
        catch (Exception failure)
        {
            await DisposeAsync();
            if (StartProblem(failure) is { } problem) throw new StoreStartException(
                $"The database {file.Path} cannot be {problem}", failure);
            throw;
        }
    }

    static string? StartProblem(Exception failure) => failure switch
    {
        SqliteException error => $"opened: {SqliteErrors.Explain(error)}.",
        StoreUnavailableException or StoreOutcomeUnknownException => $"written: {failure.Message}.",
        IOException or UnauthorizedAccessException => $"opened: {failure.Message.ReplaceLineEndings(" ")}",
        _ => null,
    };

    void Prepare(DatabaseFile file)
    {
        processLock = ProcessLock.Take(file.Path);
        new SqliteSchema(file, time, log).Prepare();
    }

    async Task EndRunningAnswersAsync(CancellationToken stop)
    {
        // The probe finds out now, rather than with the first message, whether the file can be written.
        var running = await Readers.ReadAsync(reader => reader.RunningAnswers(), stop);
        await Writer.CommitAsync([new ProbeWrite(), .. running.Select(answer => answer.Interrupted())], stop);
        if (running.Count > 0)
            log.LogInformation("{Count} answers that were running when the former process ended are marked as interrupted", running.Count);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoreOutcome>> CommitAsync(IReadOnlyList<StoreCommand> commands, CancellationToken stop) =>
        Writer.CommitAsync(commands, stop);

    /// <inheritdoc/>
    public void Announced()
    {
        // Only this process writes the file, so there is no shared log to read from.
    }

    /// <inheritdoc/>
    public Task<ConversationSnapshot?> LoadConversationAsync(
        ConversationId conversation, int events, int messages, CancellationToken stop) =>
        Readers.ReadAsync(reader => reader.Conversation(conversation, events, messages, time.GetUtcNow()), stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ConversationEvent>> ReadEventsAsync(
        ConversationId conversation, long from, long to, CancellationToken stop) =>
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
        Readers.ReadAsync(reader => reader.ReadPositions(user), stop);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (readers is not null) await readers.DisposeAsync();
        if (writer is not null) await writer.DisposeAsync();
        processLock?.Dispose();
    }
}
