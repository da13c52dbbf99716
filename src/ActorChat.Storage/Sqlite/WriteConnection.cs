using System.Runtime.InteropServices;
using ActorChat.Domain;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorChat.Storage.Sqlite;

/// <summary>The connection that writes, with its prepared statements. Only the writer's thread uses it.</summary>
internal sealed class WriteConnection : IDisposable
{
    const int PagesWritten = 9; // SQLITE_DBSTATUS_CACHE_WRITE: in WAL mode, pages written to the WAL
    const int HasMoved = 20; // SQLITE_FCNTL_HAS_MOVED

    readonly TimeProvider time;
    readonly SqliteConnection connection;
    readonly StatementSet statements;
    readonly ConversationHeads heads;
    readonly MessageKeys keys;
    readonly MessageWrites messages;
    readonly UserWrites users;
    readonly ReadPositionWrites readPositions;
    readonly Statement begin, commit, setSavepoint, releaseSavepoint, rollbackToSavepoint, probe;

    public WriteConnection(DatabaseFile file, TimeProvider time)
    {
        this.time = time;
        connection = file.OpenForWriting();
        statements = new StatementSet(connection);
        try
        {
            heads = new ConversationHeads(statements);
            keys = new MessageKeys(connection, statements);
            messages = new MessageWrites(statements, heads, keys);
            users = new UserWrites(statements);
            readPositions = new ReadPositionWrites(statements);
            begin = statements.Prepare("BEGIN IMMEDIATE");
            commit = statements.Prepare("COMMIT");
            setSavepoint = statements.Prepare("SAVEPOINT command");
            releaseSavepoint = statements.Prepare("RELEASE command");
            rollbackToSavepoint = statements.Prepare("ROLLBACK TO command");
            probe = statements.Prepare(
                "INSERT INTO meta (key, value) VALUES ('probe', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>For statements that run rarely.</summary>
    public SqliteConnection Connection => connection;

    /// <summary>The pages written to the WAL since this connection was opened.</summary>
    public int WalPages { get; private set; }

    /// <summary>The transaction that failed in COMMIT itself, which may have happened; otherwise null.</summary>
    public PendingCommit? Unconfirmed { get; private set; }

    /// <summary>The number of keys that wait for <see cref="IndexKeys"/>.</summary>
    public int KeysToIndex => keys.Recent;

    /// <summary>Executes one transaction. If it throws, the connection can only be disposed, which rolls back.</summary>
    public StoreOutcome[] Commit(IReadOnlyList<StoreCommand> commands)
    {
        Unconfirmed = null;
        var outcomes = new StoreOutcome[commands.Count];
        begin.Run();
        var now = StoredValues.InMilliseconds(time.GetUtcNow());
        heads.Begin(now);
        for (var i = 0; i < commands.Count; i++) outcomes[i] = Execute(commands[i], now);
        heads.Write();
        Unconfirmed = new PendingCommit(outcomes, heads);
        commit.Run();
        Unconfirmed = null;
        CountPages();
        return outcomes;
    }

    StoreOutcome Execute(StoreCommand command, DateTimeOffset now)
    {
        try
        {
            return command switch
            {
                AppendMessage post => Append(post), // a single insert, which an error undoes
                SaveAnswerSoFar save => messages.SaveSoFar(save),
                _ => InSavepoint(command, now),
            };
        }
        catch (SqliteException error) when (SqliteErrors.IsOfOneCommand(error))
        {
            return new CommandRefused(error.Message);
        }
        catch (UnstorableTextException error)
        {
            return new CommandRefused(error.Message);
        }
    }

    StoreOutcome Append(AppendMessage post)
    {
        var outcome = messages.Append(post);
        if (outcome is MessageAppended && post.Kind == MessageKind.User && heads.Find(post.Conversation) is { } head)
            users.SaveActivity(post.Sender.Id, head.At, head.AtText);
        return outcome;
    }

    StoreOutcome InSavepoint(StoreCommand command, DateTimeOffset now)
    {
        setSavepoint.Run();
        var done = false;
        try
        {
            StoreOutcome outcome = command switch
            {
                EndAnswer end => messages.End(end),
                ClaimName claim => users.Claim(claim, now),
                EnterByName enter => users.Enter(enter, now),
                RevokeToken revoke => users.Revoke(revoke, now),
                SaveReadPositions save => readPositions.Save(save),
                ProbeWrite => Probe(now),
                _ => new CommandRefused($"this store does not support {command.GetType().Name}"),
            };
            done = true;
            return outcome;
        }
        finally
        {
            // After an error that ended the whole transaction there is no savepoint any more.
            if (raw.sqlite3_get_autocommit(connection.Handle!) == 0)
            {
                if (!done) rollbackToSavepoint.Run();
                releaseSavepoint.Run();
            }
        }
    }

    CommandDone Probe(DateTimeOffset now)
    {
        probe.Bind(1, StoredValues.Time(now)).Run();
        return new CommandDone();
    }

    /// <summary>
    /// Moves keys into their index in a transaction that nobody waits for. If it throws, the connection can only be disposed.
    /// </summary>
    public void IndexKeys()
    {
        begin.Run();
        keys.Move();
        commit.Run();
        keys.Moved();
        CountPages();
    }

    void CountPages()
    {
        raw.sqlite3_db_status(connection.Handle!, PagesWritten, out var pages, out _, 0);
        WalPages = pages;
    }

    /// <summary>Moves the WAL into the database.</summary>
    /// <param name="mode">One of SQLITE_CHECKPOINT_….</param>
    /// <returns>The pages in the WAL, and how many of them are in the database now; both -1 if there is no WAL.</returns>
    public (int InWal, int Moved) Checkpoint(int mode)
    {
        var code = raw.sqlite3_wal_checkpoint_v2(connection.Handle!, null, mode, out var inWal, out var moved);
        if (code != raw.SQLITE_OK && code != raw.SQLITE_BUSY)
            throw new SqliteException(raw.sqlite3_errmsg(connection.Handle!).utf8_to_string(), code & 0xff, code);
        return (inWal, moved);
    }

    /// <summary>
    /// Whether the file behind this connection no longer has the name of the database: it was deleted, moved or replaced.
    /// </summary>
    public bool HasLostItsFile =>
        sqlite3_file_control(connection.Handle!.DangerousGetHandle(), null, HasMoved, out var moved) == raw.SQLITE_OK && moved != 0;

    [DllImport("e_sqlite3"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    static extern int sqlite3_file_control(nint connection, byte[]? database, int operation, out int result);

    public void Dispose()
    {
        statements.Dispose();
        connection.Dispose();
    }
}
