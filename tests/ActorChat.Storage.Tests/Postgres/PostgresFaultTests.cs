using System.Diagnostics;
using System.Text;
using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using Npgsql;

namespace ActorChat.Storage.Tests.Postgres;

/// <summary>How the store on PostgreSQL answers during faults, and how it recovers by itself.</summary>
public sealed class PostgresFaultTests : IAsyncLifetime
{
    static readonly CancellationToken None = CancellationToken.None;

    // The timeouts of the store are two to five seconds. Without them a call would not end at all.
    static readonly TimeSpan AnsweredWithin = TimeSpan.FromSeconds(30);

    string database = "";
    PostgresChatStore? store;

    PostgresChatStore Store => store!;

    public async Task InitializeAsync() => await OpenAsync(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());

    async Task OpenAsync(string connectionString)
    {
        database = connectionString;
        store = PostgresStores.Create(database);
        await store.OpenAsync(None);
    }

    /// <summary>Opens the store again, with a proxy in between.</summary>
    async Task<FaultyProxy> OpenBehindProxyAsync()
    {
        await Store.DisposeAsync();
        var settings = new NpgsqlConnectionStringBuilder(database);
        var proxy = new FaultyProxy(settings.Port);
        (settings.Host, settings.Port) = ("127.0.0.1", proxy.Port);
        await OpenAsync(settings.ConnectionString);
        return proxy;
    }

    public async Task DisposeAsync()
    {
        if (store is not null) await store.DisposeAsync();
    }

    async Task<StoreOutcome> Commit(StoreCommand command) => (await Store.CommitAsync([command], None))[0];

    async Task<string[]> TextsAsync() =>
        [.. (await Store.ReadMessagesAsync(
            ConversationId.Default, new HistoryRange(PageEdge.Before, long.MaxValue, 1000), None)).Messages.Select(m => m.Text)];

    static async Task ThrowsInTimeAsync<T>(Func<Task> act) where T : Exception => Assert.IsType<T>(await ThrownInTimeAsync(act));

    static async Task<Exception?> ThrownInTimeAsync(Func<Task> act)
    {
        var since = Stopwatch.StartNew();
        var thrown = await Record.ExceptionAsync(act);
        Assert.True(since.Elapsed < AnsweredWithin, $"It took {since.Elapsed}.");
        return thrown;
    }

    const string WaitsForALock = "wait_event_type = 'Lock'";

    Task<NpgsqlConnection> ConnectAsync() => PostgresServer.ConnectAsync(database);

    [SkippableFact]
    public async Task A_locked_database_is_unavailable_in_time_and_recovers()
    {
        await using (var other = await ConnectAsync())
        {
            await other.ExecuteAsync("BEGIN; SELECT * FROM log_heads FOR UPDATE", None);

            await ThrowsInTimeAsync<StoreUnavailableException>(() => Commit(Command.Post("locked out")));
            Assert.Empty(await TextsAsync()); // reads continue
        }

        Assert.IsType<MessageAppended>(await Commit(Command.Post("back")));
        Assert.Equal(["back"], await TextsAsync());
    }

    [SkippableFact]
    public async Task A_commit_whose_connection_is_terminated_is_not_done()
    {
        await using var other = await ConnectAsync();
        await using var watcher = await ConnectAsync();
        await other.ExecuteAsync("BEGIN; SELECT * FROM log_heads FOR UPDATE", None);
        Task commit;
        do commit = Commit(Command.Post("terminated"));
        while (!await PostgresServer.UntilSessionAsync(database, WaitsForALock, commit)); // the commit waits for two seconds only
        await watcher.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND " + WaitsForALock, None);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => commit);
        await other.ExecuteAsync("ROLLBACK", None);

        Assert.Equal(1, Assert.IsType<MessageAppended>(await Commit(Command.Post("next"))).Message.Seq);
        Assert.Equal(["next"], await TextsAsync());
    }

    [SkippableFact]
    public async Task A_connection_that_broke_while_idle_is_replaced_before_the_next_commit()
    {
        await Commit(Command.Post("before"));
        await using var watcher = await ConnectAsync();
        await watcher.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", None);
        await watcher.ExecuteAsync("SELECT pg_sleep(12)", None); // Npgsql checks every five seconds, and closes broken connections

        Assert.Equal(2, Assert.IsType<MessageAppended>(await Commit(Command.Post("after"))).Message.Seq);
    }

    [Promise("P8")]
    [SkippableFact]
    public async Task A_commit_whose_answer_is_lost_is_still_answered()
    {
        await using var proxy = await OpenBehindProxyAsync();
        await Commit(Command.Post("before"));
        proxy.LoseAnswerTo(Encoding.UTF8.GetBytes("its answer is lost"));

        var outcomes = await Store.CommitAsync(
            [Command.Post("its answer is lost"), Command.Claim("Ann", "hash-1"), Command.Post("lost", to: new ConversationId("unknown"))],
                None);

        Assert.Equal(2, Assert.IsType<MessageAppended>(outcomes[0]).Message.Seq);
        Assert.Equal("Ann", Assert.IsType<UserEntered>(outcomes[1]).User.Name);
        Assert.IsType<CommandRefused>(outcomes[2]);
        Assert.Equal(3, Assert.IsType<MessageAppended>(await Commit(Command.Post("after"))).Message.Seq);
        Assert.Equal(["before", "its answer is lost", "after"], await TextsAsync());
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task A_server_that_freezes_during_a_commit_blocks_the_others_for_a_few_seconds_only()
    {
        await using var other = PostgresStores.Create(database);
        await other.OpenAsync(None);
        await using var proxy = await OpenBehindProxyAsync();
        await Commit(Command.Post("before"));
        proxy.FreezeBeforeTheEndOf(Encoding.UTF8.GetBytes("it froze in this one"));
        var frozen = Command.Post("it froze in this one", "key-0000000000000001");

        var commit = Commit(frozen);
        const string Frozen = "application_name = 'actorchat writer' AND wait_event = 'ClientRead' AND xact_start IS NOT NULL";
        Assert.True(await PostgresServer.UntilSessionAsync(database, Frozen, commit), "The server did not freeze.");
        // While the frozen server holds the log, this commit waits for two seconds at most. It succeeds only if the frozen one is ended
        // meanwhile.
        var blocked = other.CommitAsync([Command.Post("blocked")], None);
        await PostgresServer.UntilSessionAsync(database, WaitsForALock, blocked);
        if (await Record.ExceptionAsync(() => blocked) is { } why) Assert.IsType<StoreUnavailableException>(why);

        Assert.IsType<MessageAppended>(await PostgresStores.UntilStoredAsync(other, Command.Post("of the others")));
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => commit);
        Assert.True(failure is StoreUnavailableException or StoreOutcomeUnknownException, failure.ToString());
        Assert.IsType<MessageAppended>(await PostgresStores.UntilStoredAsync(Store, frozen));
        Assert.Equal(["before", "of the others", "it froze in this one"], (await TextsAsync()).Where(text => text != "blocked"));
        await Store.DisposeAsync(); // before its proxy
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task A_batch_that_arrives_after_its_outcome_was_settled_is_refused()
    {
        await using var other = await ConnectAsync();
        await using var writer = new NpgsqlCommand("SELECT writer FROM writers", other);
        var name = (string)(await writer.ExecuteScalarAsync())!;
        await using var settle = new NpgsqlCommand($"SELECT settle_batch('{name}', 2, 77) IS NULL", other);
        Assert.True((bool)(await settle.ExecuteScalarAsync())!);

        var late = await Assert.ThrowsAsync<PostgresException>(() => other.ExecuteAsync(
            $"SELECT commit_commands('{name}', 1, 77, '[]', NULL)", None));

        Assert.Equal("AC001", late.SqlState);
    }

    [SkippableFact]
    public async Task A_command_that_the_database_cannot_store_is_refused_alone()
    {
        // Too large for an index row, and random, so that it cannot be compressed.
        var poison = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(20_000));
        StoreCommand[] commands = [.. Enumerable.Range(0, 199).Select(n => Command.Post($"text {n}"))];
        commands = [.. commands[..77], Command.Post("poison", key: poison), .. commands[77..]];

        var outcomes = await Store.CommitAsync(commands, None);

        Assert.IsType<CommandRefused>(outcomes[77]);
        Assert.Equal(199, outcomes.OfType<MessageAppended>().Count());
        Assert.Equal(Enumerable.Range(0, 199).Select(n => $"text {n}"), await TextsAsync());
    }

    [Promise("P8")]
    [SkippableFact]
    public async Task A_stopped_database_server_is_unavailable_in_time_and_recovers()
    {
        await using var own = await PostgresServer.OwnAsync();
        await Store.DisposeAsync();
        await OpenAsync(await own.CreateDatabaseAsync());
        var first = Assert.IsType<MessageAppended>(await Commit(Command.Post("before", "key-0000000000000001"))).Message;

        await own.StopAsync();
        // The connection broke during the commit and nobody can be asked, or Npgsql noticed earlier and nothing was tried.
        var away = await ThrownInTimeAsync(() => Commit(Command.Post("away")));
        Assert.True(away is StoreOutcomeUnknownException or StoreUnavailableException, $"{away}");
        await ThrowsInTimeAsync<StoreUnavailableException>(() => Commit(Command.Post("still away")));
        await ThrowsInTimeAsync<StoreUnavailableException>(TextsAsync);
        await own.StartAgainAsync();

        Assert.Equal(new MessageRepeated(first.Seq, first.At), await PostgresStores.UntilStoredAsync(
            Store, Command.Post("before", "key-0000000000000001")));
        Assert.Equal(2, Assert.IsType<MessageAppended>(await Commit(Command.Post("after"))).Message.Seq);
        Assert.Equal(["before", "after"], await TextsAsync());
        await Store.DisposeAsync();
        store = null;
    }
}
