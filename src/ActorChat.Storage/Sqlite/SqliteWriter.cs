using ActorChat.Domain;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// The one writer: a thread of its own, because a commit blocks on the disk, with the one connection that writes and checkpoints.
/// It answers every batch within <see cref="AnswerWithin"/> and comes back by itself from whatever it can come back from.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(4250);

    readonly DatabaseFile _file;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly WriteQueue _queue = new();
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    WriteConnection? _connection;
    Upkeep _upkeep;

    public SqliteWriter(DatabaseFile file, TimeProvider time, ILogger log)
    {
        _file = file;
        _time = time;
        _log = log;
        new Thread(Run) { Name = "sqlite writer", IsBackground = true }.Start();
    }

    /// <exception cref="StoreUnavailableException">Nothing was saved.</exception>
    /// <exception cref="StoreOutcomeUnknownException">The disk has not answered in time.</exception>
    public async Task<IReadOnlyList<StoreOutcome>> CommitAsync(IReadOnlyList<StoreCommand> commands, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var batch = new WriteBatch(commands);
        if (!_queue.TryAdd(batch)) throw new StoreUnavailableException("the store has been closed");
        try
        {
            return await batch.Outcome.WaitAsync(AnswerWithin, stop).ConfigureAwait(false);
        }
        catch (TimeoutException slow)
        {
            if (batch.TryWithdraw()) throw new StoreUnavailableException("the disk is still busy with an earlier commit", slow);
            throw new StoreOutcomeUnknownException("the disk has not answered in time", slow);
        }
        catch (OperationCanceledException) when (!batch.TryWithdraw())
        {
            throw new StoreOutcomeUnknownException("the wait for a commit was cut off");
        }
    }

    void Run()
    {
        while (!_queue.IsFinished)
        {
            try
            {
                if (_queue.TryTake(out var batch, _upkeep.QuietTime))
                {
                    if (batch.TryTake()) Carry(batch);
                    KeepUp(_upkeep.Overdue);
                }
                else
                {
                    KeepUp(_upkeep.Worthwhile);
                }
            }
            catch (Exception defect)
            {
                // Nobody else writes: this thread must not end. Its batch has been answered, and the next one gets a new connection.
                _log.LogError(defect, "The upkeep of the database failed by a defect");
                Disconnect();
            }
        }
        try
        {
            Close();
            _ended.SetResult();
        }
        catch (Exception defect)
        {
            _ended.SetException(defect);
        }
    }

    void Carry(WriteBatch batch)
    {
        try
        {
            // SQLite would go on writing into a file that has no name any more.
            if (_connection?.HasLostItsFile ?? !File.Exists(_file.Path))
                throw new StoreUnavailableException("the database file is gone or was replaced: put it back, or start the server again");
            _connection ??= new WriteConnection(_file, _time);
            var outcomes = _connection.Commit(batch.Commands);
            _upkeep.Written(_connection.WalPages, _connection.KeysToIndex);
            batch.Answer(outcomes);
        }
        catch (SqliteException error)
        {
            Recover(batch, error);
        }
        catch (StoreUnavailableException gone)
        {
            batch.Fail(gone);
        }
        catch (Exception defect)
        {
            Disconnect();
            batch.Fail(defect);
        }
    }

    void Recover(WriteBatch batch, SqliteException error)
    {
        _log.LogWarning("A commit failed: {Reason} (SQLite code {Code})", SqliteErrors.Explain(error), error.SqliteExtendedErrorCode);
        var unconfirmed = SqliteErrors.LeavesOutcomeOpen(error) ? _connection?.Unconfirmed : null;
        Disconnect(); // rolls back; the next commit opens another one
        if (unconfirmed is null)
            batch.Fail(new StoreUnavailableException(SqliteErrors.Explain(error), error));
        else
            Resolve(batch, unconfirmed, error);
    }

    /// <summary>
    /// COMMIT failed with an error of the disk. A failed sync is not tried again: its pages may be forgotten and a second try succeed
    /// for nothing. A new connection reads what the WAL really holds, moves it into the database with syncs of its own, and looks.
    /// </summary>
    void Resolve(WriteBatch batch, PendingCommit unconfirmed, SqliteException error)
    {
        try
        {
            _connection = new WriteConnection(_file, _time);
            var (inWal, moved) = _connection.Checkpoint(raw.SQLITE_CHECKPOINT_FULL);
            if (moved < inWal)
                batch.Fail(new StoreOutcomeUnknownException(SqliteErrors.Explain(error), error));
            else if (unconfirmed.Happened(_connection.Connection))
                batch.Answer(unconfirmed.Outcomes);
            else
                batch.Fail(new StoreUnavailableException(SqliteErrors.Explain(error), error));
        }
        catch (SqliteException again)
        {
            Disconnect();
            batch.Fail(new StoreOutcomeUnknownException(SqliteErrors.Explain(again), again));
        }
    }

    void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
        _upkeep = new Upkeep();
    }

    void KeepUp(UpkeepTask task)
    {
        if (_connection is null || task == UpkeepTask.None) return;
        try
        {
            _file.UpkeepBegins?.Invoke();
            if (task == UpkeepTask.IndexKeys)
            {
                _connection.IndexKeys();
                _upkeep.Written(_connection.WalPages, _connection.KeysToIndex);
            }
            else
            {
                _upkeep.Checkpointed(_connection.Checkpoint(_upkeep.IsFarBehind ? raw.SQLITE_CHECKPOINT_RESTART : raw.SQLITE_CHECKPOINT_PASSIVE));
            }
        }
        catch (SqliteException error)
        {
            // Nothing is lost: the WAL keeps everything and the keys are in their messages.
            _log.LogWarning("The upkeep of the database failed: {Reason} (SQLite code {Code})", SqliteErrors.Explain(error), error.SqliteExtendedErrorCode);
            Disconnect();
        }
    }

    void Close()
    {
        try
        {
            _connection?.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
        }
        catch (SqliteException error)
        {
            _log.LogWarning("The database was closed with its write-ahead log beside it: {Reason}", SqliteErrors.Explain(error));
        }
        Disconnect();
    }

    /// <summary>Carries out what is queued, moves the WAL into the database and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _ended.Task.ConfigureAwait(false);
    }
}
