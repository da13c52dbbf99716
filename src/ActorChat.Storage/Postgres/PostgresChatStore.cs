using System.Collections.Concurrent;
using ActorChat.Domain;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// The store on PostgreSQL, for any number of nodes. Commits, the shared log, the node's lease, sign-ins, history and the bus between nodes
/// each have their own connections, so that none can starve another.
/// </summary>
/// <param name="bus">Notifies the other nodes after each commit.</param>
public sealed class PostgresChatStore(StorageOptions options, INodeBus bus, string node, TimeProvider time, ILogger<PostgresChatStore> log)
    : IChatStore, ISharedLog
{
    const int Readers = 8;
    const int StartPatienceSeconds = 15; // no request waits yet

    readonly LogOrigin origin = new();
    readonly ConcurrentQueue<IReadOnlyList<LogPosition>> unannounced = []; // of the commits that have ended: one or two
    NpgsqlDataSource? writeSource, tailSource, leaseSource, accessSource, readSource;
    PostgresWriter? writer;
    PostgresLog? sharedLog;
    PostgresReads? reads, access;
    NodeLease? lease;
    int disposed;

    /// <inheritdoc/>
    public string Epoch { get; private set; } = "";

    PostgresWriter Writer => writer ?? throw NotOpened();
    PostgresReads Reads => reads ?? throw NotOpened();
    PostgresReads Access => access ?? throw NotOpened();
    PostgresLog SharedLog => sharedLog ?? throw NotOpened();

    static InvalidOperationException NotOpened() => new("The store has not been opened.");

    /// <inheritdoc/>
    public async Task<StoreIdentity> OpenAsync(CancellationToken stop)
    {
        if (writeSource is not null) throw new InvalidOperationException("The store has been opened before.");
        try
        {
            // One commits, one settles a lost batch.
            writeSource = PostgresSource.Create(options, PostgresSource.Writer, connections: 2, origin: origin);
            tailSource = PostgresSource.Create(options, "tail", connections: 1, origin: origin);
            leaseSource = PostgresSource.Create(options, "lease", connections: 1, origin: origin);
            accessSource = PostgresSource.Create(options, "access", connections: 2, origin: origin);
            readSource = PostgresSource.Create(options, "reader", connections: Readers, origin: origin);
            Epoch = await PrepareAsync(null, stop);
            writer = new PostgresWriter(writeSource, node, time);
            sharedLog = new PostgresLog(tailSource);
            reads = new PostgresReads(readSource);
            access = new PostgresReads(accessSource);
            lease = new NodeLease(leaseSource, node, writer, bus, log);
            await lease.TakeAsync(stop);
            await writer.CommitAsync([new ProbeWrite()], stop); // fails now if the database cannot be written
            // First listen, then read the position in the log, then accept clients: an entry written in between is announced by a
            // notification.
            await bus.StartAsync(stop);
            await sharedLog.BeginAsync(stop);
            return new StoreIdentity(Epoch);
        }
        catch (Exception failure)
        {
            await DisposeAsync();
            if (StartProblem(failure) is { } problem)
                throw new StoreStartException($"The PostgreSQL of Storage:ConnectionString cannot be {problem}.", failure);
            throw;
        }
    }

    static string? StartProblem(Exception failure) => failure switch
    {
        StoreUnavailableException or StoreOutcomeUnknownException => $"written: {failure.Message}",
        _ when PostgresErrors.IsConnectionError(failure) => $"used: {PostgresErrors.Explain(failure)}",
        _ => null,
    };

    async Task<string> PrepareAsync(string? truncated, CancellationToken stop)
    {
        await using var source = PostgresSource.Create(options, "start", connections: 1, patience: StartPatienceSeconds);
        await using var schemaLock = await SchemaLock.TakeAsync(source, stop);
        var epoch = await new PostgresSchema(schemaLock.Connection, log).PrepareAsync(stop, truncated: truncated);
        await origin.AcceptAsync(schemaLock.Connection, stop);
        log.LogInformation("The database is {Database} on {Host}", schemaLock.Connection.Database, schemaLock.Connection.Host);
        return epoch;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoreOutcome>> CommitAsync(IReadOnlyList<StoreCommand> commands, CancellationToken stop)
    {
        var (outcomes, positions) = await Writer.CommitAsync(commands, stop);
        unannounced.Enqueue(positions);
        if (positions.Count > 0) bus.NotifyOthers();
        return outcomes;
    }

    /// <inheritdoc/>
    public void Announced()
    {
        // Not earlier: if a read skipped entries that have not reached their conversation yet, a client that has seen them on another node
        // could subscribe here to a conversation that lacks them.
        if (unannounced.TryDequeue(out var positions)) SharedLog.MarkKnown(positions);
    }

    /// <inheritdoc/>
    public async Task<NewEntries> ReadNewAsync(int most, CancellationToken stop)
    {
        try
        {
            return await SharedLog.ReadNewAsync(most, stop);
        }
        catch (Exception error) when (LogReplacedException.IsCauseOf(error))
        {
            return await AcceptNewLogAsync(null, stop);
        }
        catch (LogTruncatedException)
        {
            return await AcceptNewLogAsync(Epoch, stop);
        }
    }

    // Nothing is written before this ends: until then each new connection is rejected.
    async Task<NewEntries> AcceptNewLogAsync(string? truncated, CancellationToken stop)
    {
        try
        {
            Epoch = await PrepareAsync(truncated, stop);
            await lease!.RegisterAsync(stop);
            await SharedLog.BeginAsync(stop);
            unannounced.Clear(); // positions in the former log
            return NewEntries.None with { Replaced = true };
        }
        catch (Exception error) when (PostgresErrors.IsConnectionError(error) || error is StoreStartException)
        {
            throw new StoreUnavailableException(error is StoreStartException ? error.Message : PostgresErrors.Explain(error), error);
        }
    }

    /// <inheritdoc/>
    public Task<ConversationSnapshot?> LoadConversationAsync(
        ConversationId conversation, int events, int messages, CancellationToken stop) =>
        Reads.ConversationAsync(conversation, events, messages, stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ConversationEvent>> ReadEventsAsync(
        ConversationId conversation, long from, long to, CancellationToken stop) =>
        Reads.EventsAsync(conversation, from, to, stop);

    /// <inheritdoc/>
    public Task<MessagePage> ReadMessagesAsync(ConversationId conversation, HistoryRange range, CancellationToken stop) =>
        Reads.PageAsync(conversation, range, stop);

    /// <inheritdoc/>
    public Task<UserAccount?> FindUserAsync(TokenHash token, CancellationToken stop) => Access.UserAsync(token, stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TokenHash>> ReadRevokedAsync(TimeSpan within, CancellationToken stop) => Access.RevokedAsync(within, stop);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<ConversationId, long>> ReadPositionsAsync(UserId user, CancellationToken stop) =>
        Reads.ReadPositionsAsync(user, stop);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1) return;
        reads?.Close();
        access?.Close();
        if (lease is not null) await lease.DisposeAsync();
        if (writer is not null) await writer.DisposeAsync();
        foreach (var source in new[] { readSource, accessSource, leaseSource, tailSource, writeSource })
            if (source is not null) await source.DisposeAsync();
    }
}
