using System.Diagnostics;
using System.Runtime.InteropServices;
using ActorChat.Domain;
using ActorChat.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>What the disk and other programs may do to a running store.</summary>
public sealed class SqliteFaultTests : IAsyncLifetime, IDisposable
{
    // After two to five seconds, by limits of the store's own; without them nobody would be told at all.
    static readonly TimeSpan Answered = TimeSpan.FromSeconds(30);
    static readonly CancellationToken None = CancellationToken.None;

    readonly TemporaryDatabase _database = new();
    SqliteChatStore _store = null!;
    SqliteConnection? _writing;
    string _onConnect = "";
    Action _upkeep = () => { };

    public async Task InitializeAsync()
    {
        _store = new SqliteChatStore(_database.Options, TimeProvider.System, NullLogger<SqliteChatStore>.Instance) 
        {
            WriterConnected = Connected,
            UpkeepBegins = () => _upkeep(),
        };
        await _store.OpenAsync(None);
        await Post("before");
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public void Dispose() => _database.Dispose();

    void Connected(SqliteConnection connection)
    {
        _writing = connection;
        if (_onConnect.Length > 0) connection.Execute(_onConnect);
    }

    async Task<StoreOutcome> Post(string text, string? key = null) => (await _store.CommitAsync([Say.Post(text, key)], None))[0];

    async Task<IEnumerable<string>> Texts() =>
        (await _store.ReadMessagesAsync(ConversationId.Default, new HistoryRange(PageEdge.Before, long.MaxValue, 100_000), None)).Messages.Select(m => m.Text);

    [Promise("P8")]
    [Fact]
    public async Task Another_programs_lock_makes_it_unavailable_in_time_and_no_longer_than_it_is_held()
    {
        using (var other = _database.Connect())
        {
            other.Execute("BEGIN IMMEDIATE");
            var clock = Stopwatch.StartNew();

            var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => Post("while locked"));

            Assert.True(clock.Elapsed < Answered, $"took {clock.Elapsed}");
            Assert.Contains("locked", refused.Message, StringComparison.Ordinal);
            Assert.Equal(["before"], await Texts()); // reading goes on
        }
        Assert.IsType<MessageAppended>(await Post("after"));
        Assert.Equal(["before", "after"], await Texts());
    }

    [Promise("P8")]
    [Fact]
    public async Task A_full_disk_makes_it_unavailable_until_there_is_room()
    {
        _onConnect = "PRAGMA max_page_count = 1"; // means: no more than there are now
        _writing!.Execute(_onConnect);
        var big = new string('x', 200_000);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Post(big, "key-0000000000000001"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Post(big, "key-0000000000000001"));

        Assert.Equal(["before"], await Texts());
        _onConnect = "";
        Assert.Equal(2, Assert.IsType<MessageAppended>(await Post(big, "key-0000000000000001")).Message.Seq);
        Assert.IsType<MessageRepeated>(await Post(big, "key-0000000000000001"));
    }

    [Promise("P8")]
    [Fact]
    public async Task A_full_disk_in_the_middle_of_a_batch_undoes_all_of_it()
    {
        _onConnect = "PRAGMA max_page_count = 1";
        _writing!.Execute(_onConnect);
        StoreCommand[] batch = [Say.Post("first", "key-0000000000000001"), Say.Claim("ann", "hash-1"), Say.Post(new string('x', 200_000))];

        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.CommitAsync(batch, None));

        _onConnect = "";
        Assert.Equal([2L, 3L], (await _store.CommitAsync(batch, None)).OfType<MessageAppended>().Select(o => o.Message.Seq));
        Assert.Equal(["before", "first"], (await Texts()).Take(2));
    }

    [Promise("P8")]
    [Fact]
    public async Task A_read_only_disk_makes_it_unavailable_until_it_can_be_written()
    {
        _onConnect = "PRAGMA query_only = ON";
        _writing!.Execute(_onConnect);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => Post("not now"));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.CommitAsync([new ProbeWrite()], None));

        Assert.Contains("read-only", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["before"], await Texts());
        _onConnect = "";
        Assert.IsType<MessageAppended>(await Post("after"));
    }

    [Promise("P8")]
    [Fact]
    public async Task A_database_that_was_moved_away_is_not_written_into_the_void()
    {
        File.Move(_database.Path, _database.Path + ".away");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Post("into the void"));

        File.Move(_database.Path + ".away", _database.Path);
        Assert.IsType<MessageAppended>(await Post("after"));
        Assert.Equal(["before", "after"], await Texts());
    }

    [Promise("P8")]
    [Fact]
    public async Task A_database_that_was_deleted_is_not_written_into_the_void_and_reading_goes_on()
    {
        File.Delete(_database.Path);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Post("into the void"));

        Assert.Equal(["before"], await Texts());
    }

    [Promise("P8")]
    [Fact]
    public async Task A_database_that_was_replaced_by_another_file_is_not_written_into_the_void()
    {
        File.Copy(_database.Path, _database.Path + ".other");
        File.Move(_database.Path, _database.Path + ".away");
        File.Move(_database.Path + ".other", _database.Path);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => Post("into the void"));

        Assert.Contains("replaced", refused.Message, StringComparison.Ordinal);
        File.Move(_database.Path + ".away", _database.Path, overwrite: true);
        Assert.IsType<MessageAppended>(await Post("after"));
    }

    [Promise("P8")]
    [Fact]
    public async Task A_writer_that_meets_a_defect_of_its_own_goes_on_with_a_new_connection()
    {
        var met = 0;
        _upkeep = () =>
        {
            if (Interlocked.Increment(ref met) == 1) throw new InvalidCastException("a defect");
        };
        await _store.CommitAsync([.. Enumerable.Range(0, 1_100).Select(i => Say.Post("text " + i, $"key-00000000000{i:d5}"))], None); // enough for the upkeep to begin
        var deadline = DateTime.UtcNow.AddSeconds(20);
        while (Volatile.Read(ref met) == 0 && DateTime.UtcNow < deadline) await Task.Delay(20);
        var former = _writing;

        Assert.Equal(1_102, Assert.IsType<MessageAppended>(await Post("after")).Message.Seq);

        Assert.True(met >= 1);
        Assert.NotSame(former, _writing);
        Assert.IsType<MessageRepeated>(await Post("text 7", "key-0000000000000007"));
    }

    [Fact]
    public async Task A_connection_that_is_broken_from_within_is_replaced()
    {
        _writing!.Close();
        await Assert.ThrowsAnyAsync<Exception>(() => Post("lost"));
        Assert.IsType<MessageAppended>(await Post("after"));
    }

    [Promise("P8")]
    [Fact]
    public async Task A_commit_that_failed_and_happened_all_the_same_is_answered_with_what_it_did()
    {
        using var fault = new WalHook(_writing!, () => Ioerr);

        Assert.Equal(2, Assert.IsType<MessageAppended>(await Post("hello", "key-0000000000000001")).Message.Seq);

        Assert.True(fault.Called);
        Assert.Equal(2, Assert.IsType<MessageRepeated>(await Post("hello", "key-0000000000000001")).Seq);
        Assert.Equal(["before", "hello"], await Texts());
    }

    [Promise("P1")]
    [Fact]
    public async Task A_commit_that_failed_and_did_not_happen_is_not_answered_as_done()
    {
        SQLitePCL.raw.sqlite3_commit_hook(_writing!.Handle!, _ => 1, null); // COMMIT becomes a rollback with an error

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Post("hello", "key-0000000000000001"));

        Assert.Equal(2, Assert.IsType<MessageAppended>(await Post("hello", "key-0000000000000001")).Message.Seq);
    }

    [Promise("P8")]
    [Fact]
    public async Task A_disk_that_does_not_answer_leaves_nobody_waiting()
    {
        using var released = new ManualResetEventSlim();
        using var fault = new WalHook(_writing!, () => { released.Wait(); return Ok; });
        var clock = Stopwatch.StartNew();

        var stuck = Post("stuck", "key-0000000000000001");
        var behind = Post("behind");
        await Assert.ThrowsAsync<StoreOutcomeUnknownException>(() => stuck);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => behind); // it never began

        Assert.True(clock.Elapsed < Answered, $"took {clock.Elapsed}");
        released.Set();
        Assert.Equal(2, Assert.IsType<MessageRepeated>(await Post("stuck", "key-0000000000000001")).Seq);
        Assert.Equal(["before", "stuck"], await Texts());
    }

    const int Ok = 0;
    const int Ioerr = 10;

    /// <summary>SQLite calls this after a commit has happened, and what it returns is what COMMIT returns.</summary>
    sealed partial class WalHook : IDisposable
    {
        readonly Callback _callback; // held, since native code has it
        readonly nint _connection;

        public WalHook(SqliteConnection connection, Func<int> result)
        {
            _callback = (_, _, _, _) =>
            {
                Called = true;
                return result();
            };
            _connection = connection.Handle!.DangerousGetHandle();
            sqlite3_wal_hook(_connection, _callback, 0);
        }

        public bool Called { get; private set; }

        public void Dispose() => GC.KeepAlive(_callback);

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        delegate int Callback(nint context, nint connection, nint name, int pages);

        [DllImport("e_sqlite3"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        static extern nint sqlite3_wal_hook(nint connection, Callback callback, nint context);
    }
}
