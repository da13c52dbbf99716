using System.Data;
using ActorChat.Domain;
using Npgsql;
using NpgsqlTypes;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// All writes: one call of one database function for each batch, one batch at a time. It distinguishes three outcomes: done, not done, and
/// unknown. If a connection breaks during a call, it asks on another connection what happened, and raises its generation, so that a batch
/// that is still on its way cannot be committed after that answer.
/// </summary>
internal sealed class PostgresWriter(NpgsqlDataSource source, string node, TimeProvider time) : IAsyncDisposable
{
    static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(4250);

    readonly SemaphoreSlim turn = new(1);
    List<LogPosition> positions = [];
    NpgsqlConnection? connection;
    long generation = 1, batch;
    bool isUnsettled;
    volatile bool closed;

    /// <exception cref="StoreUnavailableException">Nothing was saved.</exception>
    /// <exception cref="StoreOutcomeUnknownException">The database did not answer in time.</exception>
    public async Task<Written> CommitAsync(IReadOnlyList<StoreCommand> commands, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        try
        {
            return await InTurnAsync(commands).WaitAsync(AnswerWithin, stop);
        }
        catch (TimeoutException slow)
        {
            throw new StoreOutcomeUnknownException("the database did not answer in time", slow);
        }
        catch (OperationCanceledException)
        {
            throw new StoreOutcomeUnknownException("the commit was cancelled while it was running");
        }
    }

    async Task<Written> InTurnAsync(IReadOnlyList<StoreCommand> commands)
    {
        await turn.WaitAsync();
        try
        {
            if (closed) throw new StoreUnavailableException("the store has been closed");
            // An earlier batch with an unknown outcome must not be committed after this one.
            if (isUnsettled) await SettleAsync([]);
            positions = [];
            var outcomes = new StoreOutcome[commands.Count];
            var storable = new List<int>(commands.Count);
            for (var i = 0; i < commands.Count; i++)
            {
                if (CommandCodec.Unstorable(commands[i]) is { } why) outcomes[i] = new CommandRefused(why);
                else storable.Add(i);
            }
            var done = await ExecuteAsync([.. storable.Select(i => commands[i])]);
            for (var i = 0; i < done.Length; i++) outcomes[storable[i]] = done[i];
            return new Written(outcomes, positions);
        }
        finally
        {
            turn.Release();
        }
    }

    // A batch that fails because of one command is halved until that command is alone.
    async Task<StoreOutcome[]> ExecuteAsync(StoreCommand[] commands, bool isRetry = false)
    {
        if (commands.Length == 0) return [];
        try
        {
            return await CallAsync(commands);
        }
        catch (PostgresException error) when (PostgresErrors.IsTransient(error) && !isRetry)
        {
            return await ExecuteAsync(commands, isRetry: true);
        }
        catch (PostgresException error) when (PostgresErrors.IsCausedByCommand(error))
        {
            if (commands.Length == 1) return [new CommandRefused(error.MessageText)];
            var half = commands.Length / 2;
            return [.. await ExecuteAsync(commands[..half]), .. await ExecuteAsync(commands[half..])];
        }
        catch (PostgresException error)
        {
            if (error.SqlState == PostgresErrors.WriterUnknown) generation = 1; // NodeLease registers this node anew, with generation 1
            throw new StoreUnavailableException(PostgresErrors.Explain(error), error);
        }
    }

    async Task<StoreOutcome[]> CallAsync(StoreCommand[] commands)
    {
        // Npgsql checks idle connections and closes a broken one, either before this line or just before the call.
        if (connection is { State: not ConnectionState.Open }) await DisconnectAsync();
        connection ??= await ConnectAsync();
        await using var call = new NpgsqlCommand("SELECT commit_commands($1, $2, $3, $4, $5)::text", connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = node },
                new NpgsqlParameter { Value = generation },
                new NpgsqlParameter { Value = ++batch },
                new NpgsqlParameter { Value = CommandCodec.Write(commands), NpgsqlDbType = NpgsqlDbType.Jsonb },
                Now(),
            },
        };
        try
        {
            return CommandCodec.Read((await ConfirmedAnswerAsync(call))!, commands, positions);
        }
        catch (Exception error) when (IsOutcomeOpen(error))
        {
            return await SettleAsync(commands) ?? throw new StoreUnavailableException(PostgresErrors.Explain(error), error);
        }
    }

    bool IsOutcomeOpen(Exception error) =>
        error is NpgsqlException failure ? PostgresErrors.LeavesOutcomeOpen(failure) : connection!.State != ConnectionState.Open;

    // If a standby has to confirm each commit and is away, the call's timeout ends the wait for it, and the server answers as if all were
    // well: it has committed, and only warns that the standby has not. Other nodes see the entry, but it may be lost with this server, so
    // it must not be acknowledged.
    static async Task<string?> ConfirmedAnswerAsync(NpgsqlCommand call)
    {
        var isUnconfirmed = false;
        void OnNotice(object sender, NpgsqlNoticeEventArgs args) => isUnconfirmed |= PostgresErrors.IsMissingStandbyWarning(args.Notice);
        call.Connection!.Notice += OnNotice;
        try
        {
            var answer = await call.ExecuteScalarAsync() as string;
            return isUnconfirmed ? throw new StoreOutcomeUnknownException("the standby has not confirmed the commit") : answer;
        }
        finally
        {
            call.Connection.Notice -= OnNotice;
        }
    }

    // NULL means the database's clock, which all nodes share. A test may pass its own clock.
    NpgsqlParameter Now() => new()
    {
        NpgsqlDbType = NpgsqlDbType.TimestampTz,
        Value = time == TimeProvider.System ? DBNull.Value : time.GetUtcNow().UtcDateTime,
    };

    async Task<NpgsqlConnection> ConnectAsync()
    {
        try
        {
            return await source.OpenConnectionAsync();
        }
        catch (Exception error) when (PostgresErrors.IsConnectionError(error))
        {
            throw new StoreUnavailableException(PostgresErrors.Explain(error), error);
        }
    }

    /// <summary>Finds the outcome of the newest batch; null if it did not happen, and then it never will.</summary>
    async Task<StoreOutcome[]?> SettleAsync(StoreCommand[] commands)
    {
        isUnsettled = true;
        await DisconnectAsync();
        source.Clear(); // what broke one connection has most likely broken the idle ones, too
        try
        {
            await using var other = await source.OpenConnectionAsync();
            await using var settle = new NpgsqlCommand("SELECT settle_batch($1, $2, $3)::text", other);
            settle.Parameters.Add(new NpgsqlParameter { Value = node });
            settle.Parameters.Add(new NpgsqlParameter { Value = ++generation });
            settle.Parameters.Add(new NpgsqlParameter { Value = batch });
            var answer = await ConfirmedAnswerAsync(settle);
            isUnsettled = false;
            return answer is null || commands.Length == 0 ? null : CommandCodec.Read(answer, commands, positions);
        }
        catch (Exception error) when (PostgresErrors.IsConnectionError(error) || error is StoreOutcomeUnknownException)
        {
            var why = error is StoreOutcomeUnknownException ? error.Message : PostgresErrors.Explain(error);
            throw commands.Length == 0 ? new StoreUnavailableException(why, error) : new StoreOutcomeUnknownException(why, error);
        }
    }

    async Task DisconnectAsync()
    {
        if (connection is not null) await connection.DisposeAsync();
        connection = null;
    }

    /// <summary>Waits for the batch in progress.</summary>
    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync();
        closed = true;
        await DisconnectAsync();
        turn.Release();
    }
}

/// <param name="Positions">The positions of the entries that the batch added to the log, in order.</param>
internal sealed record Written(StoreOutcome[] Outcomes, IReadOnlyList<LogPosition> Positions);
