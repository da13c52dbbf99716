using System.Runtime.InteropServices;
using ActorChat.Domain;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorChat.Storage.Sqlite;

/// <summary>The connection that writes, with its prepared statements. Belongs to the writer's thread.</summary>
internal sealed class WriteConnection : IDisposable
{
    const int PagesWritten = 9; // SQLITE_DBSTATUS_CACHE_WRITE: in WAL mode, pages written to the WAL

    readonly TimeProvider _time;
    readonly SqliteConnection _connection;
    readonly ConversationHeads _heads;
    readonly MessageKeys _keys;
    readonly MessageWrites _messages;
    readonly UserWrites _users;
    readonly ReadPositionWrites _reads;
    readonly Statement _begin, _commit, _mark, _keep, _undo, _probe;
    StoreOutcome[] _outcomes = [];

    public WriteConnection(DatabaseFile file, TimeProvider time)
    {
        _time = time;
        _connection = file.OpenForWriting();
        try
        {
            _heads = new ConversationHeads(_connection);
            _keys = new MessageKeys(_connection);
            _messages = new MessageWrites(_connection, _heads, _keys);
            _users = new UserWrites(_connection);
            _reads = new ReadPositionWrites(_connection);
            _begin = new Statement(_connection, "BEGIN IMMEDIATE");
            _commit = new Statement(_connection, "COMMIT");
            _mark = new Statement(_connection, "SAVEPOINT command");
            _keep = new Statement(_connection, "RELEASE command");
            _undo = new Statement(_connection, "ROLLBACK TO command");
            _probe = new Statement(_connection, "INSERT INTO meta (key, value) VALUES ('probe', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
        }
        catch
        {
            _connection.Dispose(); // finalizes what was prepared
            throw;
        }
    }

    /// <summary>Pages written to the WAL since this connection was opened.</summary>
    public int WalPages { get; private set; }

    /// <summary>The transaction that failed, where COMMIT itself did: it may have happened all the same.</summary>
    public PendingCommit? Unconfirmed { get; private set; }

    /// <summary>How many keys wait for <see cref="IndexKeys"/>.</summary>
    public int KeysToIndex => _keys.Recent;

    /// <summary>One transaction. When it throws, this connection is of no more use than to be disposed of, which rolls back.</summary>
    public StoreOutcome[] Commit(IReadOnlyList<StoreCommand> commands)
    {
        Unconfirmed = null;
        _outcomes = new StoreOutcome[commands.Count];
        _begin.Run();
        var now = StoredValues.InMilliseconds(_time.GetUtcNow());
        _heads.Begin(now);
        for (var i = 0; i < commands.Count; i++) _outcomes[i] = CarryOut(commands[i], now);
        _heads.Write();
        Unconfirmed = new PendingCommit(_outcomes, _heads);
        _commit.Run();
        Unconfirmed = null;
        CountPages();
        return _outcomes;
    }

    StoreOutcome CarryOut(StoreCommand command, DateTimeOffset now)
    {
        try
        {
            return command switch
            {
                AppendMessage post => Append(post), // one statement: an error undoes it
                SaveAnswerSoFar save => _messages.SaveSoFar(save),
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
        var outcome = _messages.Append(post);
        if (outcome is MessageAppended && post.Kind == MessageKind.User && _heads.Find(post.Conversation) is { } head)
            _users.Active(post.Sender.Id, head.At, head.AtText);
        return outcome;
    }

    StoreOutcome InSavepoint(StoreCommand command, DateTimeOffset now)
    {
        _mark.Run();
        var done = false;
        try
        {
            StoreOutcome outcome = command switch
            {
                EndAnswer end => _messages.End(end),
                ClaimName claim => _users.Claim(claim, now),
                EnterByName enter => _users.Enter(enter, now),
                RevokeToken revoke => _users.Revoke(revoke, now),
                SaveReadPositions save => _reads.Save(save),
                ProbeWrite => Probe(now),
                _ => new CommandRefused($"this store knows no {command.GetType().Name}"),
            };
            done = true;
            return outcome;
        }
        finally
        {
            // After an error that ended the whole transaction there is no savepoint to go back to.
            if (raw.sqlite3_get_autocommit(_connection.Handle!) == 0)
            {
                if (!done) _undo.Run();
                _keep.Run();
            }
        }
    }

    CommandDone Probe(DateTimeOffset now)
    {
        _probe.Bind(1, StoredValues.Time(now)).Run();
        return new CommandDone();
    }

    /// <summary>A transaction that nobody waits for. When it throws, the same holds.</summary>
    public void IndexKeys()
    {
        _begin.Run();
        _keys.Move();
        _commit.Run();
        _keys.Moved();
        CountPages();
    }

    void CountPages()
    {
        raw.sqlite3_db_status(_connection.Handle!, PagesWritten, out var pages, out _, 0);
        WalPages = pages;
    }

    /// <summary>Moves what the WAL holds into the database.</summary>
    /// <param name="mode">One of SQLITE_CHECKPOINT_….</param>
    /// <returns>How many pages the WAL held and how many of them are in the database now; both -1 where there is no WAL.</returns>
    public (int InWal, int Moved) Checkpoint(int mode)
    {
        var code = raw.sqlite3_wal_checkpoint_v2(_connection.Handle!, null, mode, out var inWal, out var moved);
        if (code != raw.SQLITE_OK && code != raw.SQLITE_BUSY)
            throw new SqliteException(raw.sqlite3_errmsg(_connection.Handle!).utf8_to_string(), code & 0xff, code);
        return (inWal, moved);
    }

    /// <summary>Whether what is written here goes into a file that is no longer the one of this name: it was deleted, moved away or replaced.</summary>
    public bool HasLostItsFile =>
        sqlite3_file_control(_connection.Handle!.DangerousGetHandle(), null, HasMoved, out var moved) == raw.SQLITE_OK && moved != 0;

    const int HasMoved = 20; // SQLITE_FCNTL_HAS_MOVED

    [DllImport("e_sqlite3"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    static extern int sqlite3_file_control(nint connection, byte[]? database, int operation, out int result);

    /// <summary>For what is asked seldom.</summary>
    public SqliteConnection Connection => _connection;

    public void Dispose()
    {
        foreach (IDisposable statement in (IDisposable[])[_heads, _keys, _messages, _users, _reads, _begin, _commit, _mark, _keep, _undo, _probe])
            statement.Dispose();
        _connection.Dispose();
    }
}

/// <summary>What a transaction would have answered, and by what it can be told whether it happened.</summary>
internal sealed class PendingCommit(StoreOutcome[] outcomes, ConversationHeads heads)
{
    public StoreOutcome[] Outcomes { get; } = outcomes;

    /// <summary>
    /// True where the heads stand where the transaction wanted them; nobody else moves them. Transactions that move no head
    /// can be repeated without harm and count as not done.
    /// </summary>
    public bool Happened(SqliteConnection connection)
    {
        var moved = heads.Moved();
        if (moved.Count == 0) return false;
        using var read = new Statement(connection, "SELECT head FROM conversations WHERE conversation_id = ?1");
        foreach (var (conversation, head) in moved)
        {
            read.Bind(1, conversation.Value);
            var there = read.Step() && read.Int64(0) == head;
            read.Reset();
            if (!there) return false;
        }
        return true;
    }
}
