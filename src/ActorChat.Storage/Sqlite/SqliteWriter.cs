using ActorChat.Domain;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace ActorChat.Storage.Sqlite;

/// <summary>
/// The only writer: one thread, because a commit blocks on the disk, with the one connection that writes and checkpoints.
/// It answers every batch within <see cref="AnswerWithin"/> and recovers by itself from every error that allows it.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(4250);

    readonly DatabaseFile file;
    readonly TimeProvider time;
    readonly ILogger log;
    readonly WriteQueue queue = new();
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    WriteConnection? connection;
    Upkeep upkeep;

    public SqliteWriter(DatabaseFile file, TimeProvider time, ILogger log)
    {
        this.file = file;
        this.time = time;
        this.log = log;
        new Thread(Run) { Name = "sqlite writer", IsBackground = true }.Start();
    }

    /// <exception cref="StoreUnavailableException">Nothing was saved.</exception>
    /// <exception cref="StoreOutcomeUnknownException">The disk did not answer in time.</exception>
    public async Task<IReadOnlyList<StoreOutcome>> CommitAsync(IReadOnlyList<StoreCommand> commands, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var batch = new WriteBatch(commands);
        if (!queue.TryAdd(batch)) throw new StoreUnavailableException("the store has been closed");
        try
        {
            return await batch.Outcome.WaitAsync(AnswerWithin, stop);
        }
        catch (TimeoutException slow)
        {
            if (batch.TryWithdraw()) throw new StoreUnavailableException("the disk is still busy with an earlier commit", slow);
            throw new StoreOutcomeUnknownException("the disk did not answer in time", slow);
        }
        catch (OperationCanceledException) when (!batch.TryWithdraw())
        {
            throw new StoreOutcomeUnknownException("the commit was cancelled while it was running");
        }
    }

    void Run()
    {
        while (!queue.IsFinished)
        {
            try
            {
                if (queue.TryTake(out var batch, upkeep.QuietTime))
                {
                    if (batch.TryTake()) Execute(batch);
                    KeepUp(upkeep.Overdue);
                }
                else
                {
                    KeepUp(upkeep.Worthwhile);
                }
            }
            catch (Exception defect)
            {
                // This thread must not end: nobody else writes. Its batch has been answered, and the next one opens a new connection.
                log.LogError(defect, "The upkeep of the database failed unexpectedly");
                Disconnect();
            }
        }
        try
        {
            Close();
            ended.SetResult();
        }
        catch (Exception defect)
        {
            ended.SetException(defect);
        }
    }

    void Execute(WriteBatch batch)
    {
        try
        {
            // SQLite itself would go on writing to a file that was deleted or moved.
            if (connection?.HasLostItsFile ?? !File.Exists(file.Path))
                throw new StoreUnavailableException("the database file was deleted, moved or replaced: put it back, or restart the server");
            connection ??= new WriteConnection(file, time);
            var outcomes = connection.Commit(batch.Commands);
            upkeep.Written(connection.WalPages, connection.KeysToIndex);
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
        log.LogWarning("A commit failed: {Reason} (SQLite code {Code})", SqliteErrors.Explain(error), error.SqliteExtendedErrorCode);
        var unconfirmed = SqliteErrors.LeavesOutcomeOpen(error) ? connection?.Unconfirmed : null;
        Disconnect(); // rolls back; the next commit opens a new connection
        if (unconfirmed is null)
            batch.Fail(new StoreUnavailableException(SqliteErrors.Explain(error), error));
        else
            Resolve(batch, unconfirmed, error);
    }

    /// <summary>
    /// Finds the outcome when COMMIT failed with a disk error. A failed sync must not be retried: the system may have dropped its pages,
    /// and a second sync would succeed without writing them. A new connection reads what the WAL really contains, moves it into the
    /// database with its own syncs, and looks.
    /// </summary>
    void Resolve(WriteBatch batch, PendingCommit unconfirmed, SqliteException error)
    {
        try
        {
            connection = new WriteConnection(file, time);
            var (inWal, moved) = connection.Checkpoint(raw.SQLITE_CHECKPOINT_FULL);
            if (moved < inWal)
                batch.Fail(new StoreOutcomeUnknownException(SqliteErrors.Explain(error), error));
            else if (unconfirmed.Happened(connection.Connection))
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
        connection?.Dispose();
        connection = null;
        upkeep = new Upkeep();
    }

    void KeepUp(UpkeepTask task)
    {
        if (connection is null || task == UpkeepTask.None) return;
        try
        {
            file.UpkeepBegins?.Invoke();
            if (task == UpkeepTask.IndexKeys)
            {
                connection.IndexKeys();
                upkeep.Written(connection.WalPages, connection.KeysToIndex);
            }
            else
            {
                var mode = upkeep.IsFarBehind ? raw.SQLITE_CHECKPOINT_RESTART : raw.SQLITE_CHECKPOINT_PASSIVE;
                upkeep.Checkpointed(connection.Checkpoint(mode));
            }
        }
        catch (SqliteException error)
        {
            // Nothing is lost: the WAL keeps everything, and the keys are in their messages.
            log.LogWarning(
                "The upkeep of the database failed: {Reason} (SQLite code {Code})",
                SqliteErrors.Explain(error), error.SqliteExtendedErrorCode);
            Disconnect();
        }
    }

    void Close()
    {
        try
        {
            connection?.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
        }
        catch (SqliteException error)
        {
            log.LogWarning(
                "The write-ahead log could not be moved into the database and stays beside it: {Reason}", SqliteErrors.Explain(error));
        }
        Disconnect();
    }

    /// <summary>Executes what is queued, moves the WAL into the database, and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Close();
        await ended.Task;
    }
}
