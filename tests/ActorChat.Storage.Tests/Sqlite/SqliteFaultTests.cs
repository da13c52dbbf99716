using System.Diagnostics;
using ActorChat.Domain;
using ActorChat.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorChat.Storage.Tests.Sqlite;

/// <summary>Faults of the disk, and interference of other programs, while the store is running.</summary>
public sealed class SqliteFaultTests : IAsyncLifetime, IDisposable
{
    // The timeouts of the store are two to five seconds. Without them a call would not end at all.
    static readonly TimeSpan AnsweredWithin = TimeSpan.FromSeconds(30);
    static readonly CancellationToken None = CancellationToken.None;

    readonly TemporaryDatabase database = new();
    SqliteChatStore store = null!;
    SqliteConnection? writing;
    string onConnect = "";
    Action upkeep = () => { };

    public async Task InitializeAsync()
    {
        store = new SqliteChatStore(database.Options, TimeProvider.System, NullLogger<SqliteChatStore>.Instance)
        {
            WriterConnected = Connected,
            UpkeepBegins = () => upkeep(),
        };
        await store.OpenAsync(None);
        await Post("before");
    }

    public async Task DisposeAsync() => await store.DisposeAsync();

    public void Dispose() => database.Dispose();

    void Connected(SqliteConnection connection)
    {
        writing = connection;
        if (onConnect.Length > 0) connection.Execute(onConnect);
    }

    async Task<StoreOutcome> Post(string text, string? key = null) => (await store.CommitAsync([Command.Post(text, key)], None))[0];

    Task<List<string>> Texts() => TemporaryDatabase.TextsAsync(store);

    [Promise("P8")]
    [Fact]
    public async Task A_lock_of_another_program_makes_the_store_unavailable_only_while_it_is_held()
    {
        using (var other = database.Connect())
        {
            other.Execute("BEGIN IMMEDIATE");
            var clock = Stopwatch.StartNew();

            var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => Post("while locked"));

            Assert.True(clock.Elapsed < AnsweredWithin, $"took {clock.Elapsed}");
            Assert.Contains("locked", refused.Message, StringComparison.Ordinal);
            Assert.Equal(["before"], await Texts()); // reads continue
        }
        Assert.IsType<MessageAppended>(await Post("after"));
        Assert.Equal(["before", "after"], await Texts());
    }

    [Promise("P8")]
    [Fact]
    public async Task A_full_disk_makes_the_store_unavailable_until_there_is_room()
    {
        onConnect = "PRAGMA max_page_count = 1"; // as many pages as there are now
        writing!.Execute(onConnect);
        var big = new string('x', 200_000);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Post(big, "key-0000000000000001"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Post(big, "key-0000000000000001"));

        Assert.Equal(["before"], await Texts());
        onConnect = "";
        Assert.Equal(2, Assert.IsType<MessageAppended>(await Post(big, "key-0000000000000001")).Message.Seq);
        Assert.IsType<MessageRepeated>(await Post(big, "key-0000000000000001"));
    }

    [Promise("P8")]
    [Fact]
    public async Task A_full_disk_during_a_batch_rolls_all_of_it_back()
    {
        onConnect = "PRAGMA max_page_count = 1";
        writing!.Execute(onConnect);
        StoreCommand[] batch = [Command.Post("first", "key-0000000000000001"), Command.Claim("ann", "hash-1"),
            Command.Post(new string('x', 200_000))];

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync(batch, None));

        onConnect = "";
        Assert.Equal([2L, 3L], (await store.CommitAsync(batch, None)).OfType<MessageAppended>().Select(o => o.Message.Seq));
        Assert.Equal(["before", "first"], (await Texts()).Take(2));
    }

    [Promise("P8")]
    [Fact]
    public async Task A_read_only_disk_makes_the_store_unavailable_until_it_is_writable()
    {
        onConnect = "PRAGMA query_only = ON";
        writing!.Execute(onConnect);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => Post("not now"));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.CommitAsync([new ProbeWrite()], None));

        Assert.Contains("read-only", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["before"], await Texts());
        onConnect = "";
        Assert.IsType<MessageAppended>(await Post("after"));
    }

    [Promise("P8")]
    [Fact]
    public async Task A_moved_database_is_not_written_to()
    {
        File.Move(database.Path, database.Path + ".away");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Post("lost"));

        File.Move(database.Path + ".away", database.Path);
        Assert.IsType<MessageAppended>(await Post("after"));
        Assert.Equal(["before", "after"], await Texts());
    }

    [Promise("P8")]
    [Fact]
    public async Task A_deleted_database_is_not_written_to_and_reads_continue()
    {
        File.Delete(database.Path);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Post("lost"));

        Assert.Equal(["before"], await Texts());
    }

    [Promise("P8")]
    [Fact]
    public async Task A_replaced_database_is_not_written_to()
    {
        File.Copy(database.Path, database.Path + ".other");
        File.Move(database.Path, database.Path + ".away");
        File.Move(database.Path + ".other", database.Path);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => Post("lost"));

        Assert.Contains("replaced", refused.Message, StringComparison.Ordinal);
        File.Move(database.Path + ".away", database.Path, overwrite: true);
        Assert.IsType<MessageAppended>(await Post("after"));
    }

    [Promise("P8")]
    [Fact]
    public async Task A_writer_continues_with_a_new_connection_after_a_defect()
    {
        var met = 0;
        upkeep = () =>
        {
            if (Interlocked.Increment(ref met) == 1) throw new InvalidCastException("a defect");
        };
        // Enough to start the upkeep.
        await store.CommitAsync([.. Enumerable.Range(0, 1_100).Select(i => Command.Post("text " + i, $"key-00000000000{i:d5}"))], None);
        await Deadline.UntilAsync(() => Volatile.Read(ref met) > 0, "The upkeep did not begin.");
        var former = writing;

        Assert.Equal(1_102, Assert.IsType<MessageAppended>(await Post("after")).Message.Seq);

        Assert.NotSame(former, writing);
        Assert.IsType<MessageRepeated>(await Post("text 7", "key-0000000000000007"));
    }

    [Fact]
    public async Task A_broken_connection_is_replaced()
    {
        writing!.Close();
        await Assert.ThrowsAnyAsync<Exception>(() => Post("lost"));
        Assert.IsType<MessageAppended>(await Post("after"));
    }

    [Promise("P8")]
    [Fact]
    public async Task A_commit_that_failed_but_happened_is_answered_as_done()
    {
        using var fault = new WalHook(writing!, () => WalHook.IoError);

        Assert.Equal(2, Assert.IsType<MessageAppended>(await Post("hello", "key-0000000000000001")).Message.Seq);

        Assert.True(fault.Called);
        Assert.Equal(2, Assert.IsType<MessageRepeated>(await Post("hello", "key-0000000000000001")).Seq);
        Assert.Equal(["before", "hello"], await Texts());
    }

    [Promise("P1")]
    [Fact]
    public async Task A_commit_that_failed_and_did_not_happen_is_not_answered_as_done()
    {
        SQLitePCL.raw.sqlite3_commit_hook(writing!.Handle!, _ => 1, null); // turns COMMIT into a rollback with an error

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Post("hello", "key-0000000000000001"));

        Assert.Equal(2, Assert.IsType<MessageAppended>(await Post("hello", "key-0000000000000001")).Message.Seq);
    }

    [Promise("P8")]
    [Fact]
    public async Task A_disk_that_hangs_leaves_no_caller_waiting()
    {
        using var released = new ManualResetEventSlim();
        using var fault = new WalHook(writing!, () => { released.Wait(); return WalHook.Ok; });
        var clock = Stopwatch.StartNew();

        var stuck = Post("stuck", "key-0000000000000001");
        var behind = Post("behind");
        await Assert.ThrowsAsync<StoreOutcomeUnknownException>(() => stuck);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => behind); // it was never begun

        Assert.True(clock.Elapsed < AnsweredWithin, $"took {clock.Elapsed}");
        released.Set();
        Assert.Equal(2, Assert.IsType<MessageRepeated>(await Post("stuck", "key-0000000000000001")).Seq);
        Assert.Equal(["before", "stuck"], await Texts());
    }
}
