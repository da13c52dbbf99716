using System.Data;
using ActorChat.Domain;
using Npgsql;
using NpgsqlTypes;

namespace ActorChat.Storage.Postgres;

/// <summary>
/// The way of all writing: one call of one function on the server for each batch, one batch at a time. It tells three outcomes apart: done,
/// surely not done, and unknown, which it resolves: a connection that broke in the middle of a call is followed by a question on another one,
/// and by a new generation, so that a batch which is still on its way cannot be committed after the answer.
/// </summary>
internal sealed class PostgresWriter(NpgsqlDataSource source, string node, TimeProvider time) : IAsyncDisposable
{
    static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(4250);

    readonly SemaphoreSlim _turn = new(1);
    List<LogPlace> _places = [];
    NpgsqlConnection? _connection;
    long _generation = 1, _batch;
    bool _unsettled;
    volatile bool _closed;

    /// <exception cref="StoreUnavailableException">Nothing was saved.</exception>
    /// <exception cref="StoreOutcomeUnknownException">The database has not answered in time.</exception>
    public async Task<Written> CommitAsync(IReadOnlyList<StoreCommand> commands, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        try
        {
            return await InTurnAsync(commands).WaitAsync(AnswerWithin, stop).ConfigureAwait(false);
        }
        catch (TimeoutException slow)
        {
            throw new StoreOutcomeUnknownException("the database has not answered in time", slow);
        }
        catch (OperationCanceledException)
        {
            throw new StoreOutcomeUnknownException("the wait for a commit was cut off");
        }
    }

    async Task<Written> InTurnAsync(IReadOnlyList<StoreCommand> commands)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_closed) throw new StoreUnavailableException("the store has been closed");
            // A batch whose outcome nobody knows must not happen behind this one.
            if (_unsettled) await SettleAsync([]).ConfigureAwait(false);
            _places = [];
            var outcomes = new StoreOutcome[commands.Count];
            var storable = new List<int>(commands.Count);
            for (var i = 0; i < commands.Count; i++)
                if (CommandCodec.Unstorable(commands[i]) is { } why) outcomes[i] = new CommandRefused(why);
                else storable.Add(i);
            var done = await CarryOutAsync([.. storable.Select(i => commands[i])]).ConfigureAwait(false);
            for (var i = 0; i < done.Length; i++) outcomes[storable[i]] = done[i];
            return new Written(outcomes, _places);
        }
        finally
        {
            _turn.Release();
        }
    }

    // A batch that fails because of one of its commands is cut in half until that one stands alone.
    async Task<StoreOutcome[]> CarryOutAsync(StoreCommand[] commands, bool again = false)
    {
        if (commands.Length == 0) return [];
        try
        {
            return await CallAsync(commands).ConfigureAwait(false);
        }
        catch (PostgresException error) when (PostgresErrors.MayBeTriedAgain(error) && !again)
        {
            return await CarryOutAsync(commands, again: true).ConfigureAwait(false);
        }
        catch (PostgresException error) when (PostgresErrors.IsOfTheCommands(error))
        {
            if (commands.Length == 1) return [new CommandRefused(error.MessageText)];
            var half = commands.Length / 2;
            return
            [
                .. await CarryOutAsync(commands[..half]).ConfigureAwait(false),
                .. await CarryOutAsync(commands[half..]).ConfigureAwait(false),
            ];
        }
        catch (PostgresException error)
        {
            if (error.SqlState == PostgresErrors.Forgotten) _generation = 1; // the lease registers this node anew, with that
            throw new StoreUnavailableException(PostgresErrors.Explain(error), error);
        }
    }

    async Task<StoreOutcome[]> CallAsync(StoreCommand[] commands)
    {
        // The driver looks after a line that nobody uses, and closes one that it finds broken: here, or in the moment before the call.
        if (_connection is { State: not ConnectionState.Open }) await DisconnectAsync().ConfigureAwait(false);
        _connection ??= await ConnectAsync().ConfigureAwait(false);
        await using var call = new NpgsqlCommand("SELECT commit_commands($1, $2, $3, $4, $5)::text", _connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = node },
                new NpgsqlParameter { Value = _generation },
                new NpgsqlParameter { Value = ++_batch },
                new NpgsqlParameter { Value = CommandCodec.Write(commands), NpgsqlDbType = NpgsqlDbType.Jsonb },
                Now(),
            },
        };
        try
        {
            return CommandCodec.Read((await AnswerToAsync(call).ConfigureAwait(false))!, commands, _places);
        }
        catch (Exception error) when (error is NpgsqlException said ? PostgresErrors.LeavesOutcomeOpen(said) : _connection.State != ConnectionState.Open)
        {
            return await SettleAsync(commands).ConfigureAwait(false) ?? throw new StoreUnavailableException(PostgresErrors.Explain(error), error);
        }
    }

    // Where a standby has to confirm each commit and is away, the wait for it ends with the time-out of the call, and then the server answers as if nothing
    // were missing: it has committed, and warns that it did so alone. Everybody sees the entry, and it may be lost with this server: nobody is told that it is kept.
    static async Task<string?> AnswerToAsync(NpgsqlCommand call)
    {
        var alone = false;
        void Hear(object sender, NpgsqlNoticeEventArgs said) => alone |= PostgresErrors.SaysNotConfirmed(said.Notice);
        call.Connection!.Notice += Hear;
        try
        {
            var answer = await call.ExecuteScalarAsync().ConfigureAwait(false) as string;
            return alone ? throw new StoreOutcomeUnknownException("the standby that has to confirm it has not") : answer;
        }
        finally
        {
            call.Connection.Notice -= Hear;
        }
    }

    // The database's clock, which all nodes share; a clock of a test goes before.
    NpgsqlParameter Now() => new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = time == TimeProvider.System ? DBNull.Value : time.GetUtcNow().UtcDateTime };

    async Task<NpgsqlConnection> ConnectAsync()
    {
        try
        {
            return await source.OpenConnectionAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.IsOfTheWay(error))
        {
            throw new StoreUnavailableException(PostgresErrors.Explain(error), error);
        }
    }

    /// <summary>Finds out what became of the newest batch; null where it did not happen and never will.</summary>
    async Task<StoreOutcome[]?> SettleAsync(StoreCommand[] commands)
    {
        _unsettled = true;
        await DisconnectAsync().ConfigureAwait(false);
        source.Clear(); // what broke one connection has most likely broken the idle ones, too
        try
        {
            await using var connection = await source.OpenConnectionAsync().ConfigureAwait(false);
            await using var ask = new NpgsqlCommand("SELECT settle_batch($1, $2, $3)::text", connection);
            ask.Parameters.Add(new NpgsqlParameter { Value = node });
            ask.Parameters.Add(new NpgsqlParameter { Value = ++_generation });
            ask.Parameters.Add(new NpgsqlParameter { Value = _batch });
            var answer = await AnswerToAsync(ask).ConfigureAwait(false);
            _unsettled = false;
            return answer is null || commands.Length == 0 ? null : CommandCodec.Read(answer, commands, _places);
        }
        catch (Exception error) when (PostgresErrors.IsOfTheWay(error) || error is StoreOutcomeUnknownException)
        {
            var why = error is StoreOutcomeUnknownException ? error.Message : PostgresErrors.Explain(error);
            throw commands.Length == 0 ? new StoreUnavailableException(why, error) : new StoreOutcomeUnknownException(why, error);
        }
    }

    async Task DisconnectAsync()
    {
        if (_connection is not null) await _connection.DisposeAsync().ConfigureAwait(false);
        _connection = null;
    }

    /// <summary>Waits for the batch in progress.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        _closed = true;
        await DisconnectAsync().ConfigureAwait(false);
        _turn.Release();
    }
}

/// <summary>Where an entry stands in the log that all nodes follow.</summary>
internal readonly record struct LogPlace(short Shard, long Pos);

/// <param name="Places">Of the entries that this made, in their order.</param>
internal sealed record Written(StoreOutcome[] Outcomes, IReadOnlyList<LogPlace> Places);
