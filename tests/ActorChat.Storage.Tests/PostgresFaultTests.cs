using System.Diagnostics;
using System.Text;
using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using Npgsql;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>What the store on PostgreSQL answers when something is in the way, and that it comes back by itself.</summary>
public sealed class PostgresFaultTests : IAsyncLifetime
{
    static readonly CancellationToken None = CancellationToken.None;

    // What is told after two to five seconds, by limits of the store's own; without them nobody would be told at all.
    static readonly TimeSpan Answered = TimeSpan.FromSeconds(30);

    PostgresServer? _server;
    string _database = "";
    PostgresChatStore? _store;

    PostgresChatStore Store => _store!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.SharedAsync();
        await OpenAsync(await _server.CreateDatabaseAsync());
    }

    async Task OpenAsync(string database)
    {
        _database = database;
        _store = PostgresStores.Create(database);
        await _store.OpenAsync(None);
    }

    /// <summary>The store once more, over a line of its own.</summary>
    async Task<CuttingProxy> OpenBehindProxyAsync()
    {
        await Store.DisposeAsync();
        var way = new NpgsqlConnectionStringBuilder(_database);
        var proxy = new CuttingProxy(way.Port);
        (way.Host, way.Port) = ("127.0.0.1", proxy.Port);
        await OpenAsync(way.ConnectionString);
        return proxy;
    }

    public async Task DisposeAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
    }

    async Task<StoreOutcome> Commit(StoreCommand command) => (await Store.CommitAsync([command], None))[0];

    async Task<string[]> TextsAsync() =>
        [.. (await Store.ReadMessagesAsync(ConversationId.Default, new HistoryRange(PageEdge.Before, long.MaxValue, 1000), None)).Messages.Select(m => m.Text)];

    static async Task ThrowsInTimeAsync<T>(Func<Task> act) where T : Exception => Assert.IsType<T>(await ThrownInTimeAsync(act));

    static async Task<Exception?> ThrownInTimeAsync(Func<Task> act)
    {
        var since = Stopwatch.StartNew();
        var thrown = await Record.ExceptionAsync(act);
        Assert.True(since.Elapsed < Answered, $"It took {since.Elapsed}.");
        return thrown;
    }

    const string WaitsForALock = "wait_event_type = 'Lock'";

    async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(_database + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    [SkippableFact]
    public async Task Who_waits_for_a_locked_database_is_told_and_it_comes_back_by_itself()
    {
        await using (var other = await ConnectAsync())
        {
            await RunAsync(other, "BEGIN; SELECT * FROM log_heads FOR UPDATE");

            await ThrowsInTimeAsync<StoreUnavailableException>(() => Commit(Say.Post("locked out")));
            Assert.Empty(await TextsAsync()); // reading goes on
        }

        Assert.IsType<MessageAppended>(await Commit(Say.Post("back")));
        Assert.Equal(["back"], await TextsAsync());
    }

    [SkippableFact]
    public async Task A_commit_whose_connection_is_ended_in_the_middle_is_surely_not_done()
    {
        await using var other = await ConnectAsync();
        await using var watcher = await ConnectAsync();
        await RunAsync(other, "BEGIN; SELECT * FROM log_heads FOR UPDATE");
        Task commit;
        do commit = Commit(Say.Post("cut off"));
        while (!await PostgresServer.UntilSessionAsync(_database, WaitsForALock, commit)); // it waits for two seconds only
        await RunAsync(watcher, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND " + WaitsForALock);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => commit);
        await RunAsync(other, "ROLLBACK");

        Assert.Equal(1, Assert.IsType<MessageAppended>(await Commit(Say.Post("next"))).Message.Seq);
        Assert.Equal(["next"], await TextsAsync());
    }

    [SkippableFact]
    public async Task A_line_that_broke_in_a_quiet_hour_is_a_new_one_when_somebody_writes()
    {
        await Commit(Say.Post("in the evening"));
        await using var watcher = await ConnectAsync();
        await RunAsync(watcher, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        await RunAsync(watcher, "SELECT pg_sleep(12)"); // the driver looks every five seconds, and closes what it finds broken

        Assert.Equal(2, Assert.IsType<MessageAppended>(await Commit(Say.Post("in the morning"))).Message.Seq);
    }

    [Promise("P8")]
    [SkippableFact]
    public async Task A_commit_whose_answer_is_lost_is_answered_all_the_same()
    {
        await using var proxy = await OpenBehindProxyAsync();
        await Commit(Say.Post("before"));
        proxy.LoseAnswerTo(Encoding.UTF8.GetBytes("its answer is lost"));

        var outcomes = await Store.CommitAsync([Say.Post("its answer is lost"), Say.Claim("Ann", "hash-1"), Say.Post("to nowhere", to: new ConversationId("elsewhere"))], None);

        Assert.Equal(2, Assert.IsType<MessageAppended>(outcomes[0]).Message.Seq);
        Assert.Equal("Ann", Assert.IsType<UserEntered>(outcomes[1]).User.Name);
        Assert.IsType<CommandRefused>(outcomes[2]);
        Assert.Equal(3, Assert.IsType<MessageAppended>(await Commit(Say.Post("after"))).Message.Seq);
        Assert.Equal(["before", "its answer is lost", "after"], await TextsAsync());
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task A_server_that_freezes_in_the_middle_of_a_commit_holds_the_others_up_for_a_few_seconds_only()
    {
        await using var other = PostgresStores.Create(_database);
        await other.OpenAsync(None);
        await using var proxy = await OpenBehindProxyAsync();
        await Commit(Say.Post("before"));
        proxy.FreezeBeforeTheEndOf(Encoding.UTF8.GetBytes("it froze in this one"));
        var frozen = Say.Post("it froze in this one", "key-0000000000000001");

        var commit = Commit(frozen);
        Assert.True(await PostgresServer.UntilSessionAsync(_database, "application_name = 'actorchat writer' AND wait_event = 'ClientRead' AND xact_start IS NOT NULL", commit), "It did not freeze.");
        // While it holds the log another one waits, two seconds at most; it is there only where the frozen one was ended meanwhile.
        var heldUp = other.CommitAsync([Say.Post("held up")], None);
        await PostgresServer.UntilSessionAsync(_database, WaitsForALock, heldUp);
        if (await Record.ExceptionAsync(() => heldUp) is { } why) Assert.IsType<StoreUnavailableException>(why);

        Assert.IsType<MessageAppended>(await PostgresStores.UntilStoredAsync(other, Say.Post("of the others")));
        var told = await Assert.ThrowsAnyAsync<Exception>(() => commit);
        Assert.True(told is StoreUnavailableException or StoreOutcomeUnknownException, told.ToString());
        Assert.IsType<MessageAppended>(await PostgresStores.UntilStoredAsync(Store, frozen));
        Assert.Equal(["before", "of the others", "it froze in this one"], (await TextsAsync()).Where(text => text != "held up"));
        await Store.DisposeAsync(); // before its line
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task A_batch_that_comes_after_its_outcome_was_settled_is_refused_by_the_database()
    {
        await using var other = await ConnectAsync();
        await using var writer = new NpgsqlCommand("SELECT writer FROM writers", other);
        var name = (string)(await writer.ExecuteScalarAsync())!;
        await using var settle = new NpgsqlCommand($"SELECT settle_batch('{name}', 2, 77) IS NULL", other);
        Assert.True((bool)(await settle.ExecuteScalarAsync())!);

        var late = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(other, $"SELECT commit_commands('{name}', 1, 77, '[]', NULL)"));

        Assert.Equal("AC001", late.SqlState);
    }

    [SkippableFact]
    public async Task A_command_that_the_database_cannot_take_is_refused_alone()
    {
        // Too large for an index row, and random: it cannot be compressed.
        var poison = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(20_000));
        StoreCommand[] commands = [.. Enumerable.Range(0, 199).Select(n => Say.Post($"text {n}"))];
        commands = [.. commands[..77], Say.Post("poison", key: poison), .. commands[77..]];

        var outcomes = await Store.CommitAsync(commands, None);

        Assert.IsType<CommandRefused>(outcomes[77]);
        Assert.Equal(199, outcomes.OfType<MessageAppended>().Count());
        Assert.Equal(Enumerable.Range(0, 199).Select(n => $"text {n}"), await TextsAsync());
    }

    [Promise("P8")]
    [SkippableFact]
    public async Task While_the_server_is_away_everybody_is_told_and_then_all_goes_on()
    {
        await using var own = await PostgresServer.OwnAsync();
        await Store.DisposeAsync();
        await OpenAsync(await own.CreateDatabaseAsync());
        var first = Assert.IsType<MessageAppended>(await Commit(Say.Post("before", "key-0000000000000001"))).Message;

        await own.StopAsync();
        // It broke on the way, and there is nobody to ask; where the driver noticed before that, it was not even tried.
        var away = await ThrownInTimeAsync(() => Commit(Say.Post("away")));
        Assert.True(away is StoreOutcomeUnknownException or StoreUnavailableException, $"{away}");
        await ThrowsInTimeAsync<StoreUnavailableException>(() => Commit(Say.Post("still away")));
        await ThrowsInTimeAsync<StoreUnavailableException>(TextsAsync);
        await own.StartAgainAsync();

        Assert.Equal(new MessageRepeated(first.Seq, first.At), await PostgresStores.UntilStoredAsync(Store, Say.Post("before", "key-0000000000000001")));
        Assert.Equal(2, Assert.IsType<MessageAppended>(await Commit(Say.Post("after"))).Message.Seq);
        Assert.Equal(["before", "after"], await TextsAsync());
        await Store.DisposeAsync();
        _store = null;
    }

    [Promise("P8")]
    [SkippableTheory]
    [InlineData("Host=127.0.0.1;Port=1;Username=x;Database=x", "cannot be reached")]
    [InlineData("Data Source=data/actorchat.db", "is not a PostgreSQL connection string")]
    [InlineData("nonsense", "is not a PostgreSQL connection string")]
    public async Task A_database_that_cannot_be_had_stops_the_start_with_one_line(string database, string says)
    {
        await using var store = PostgresStores.Create(database);

        var refused = await Assert.ThrowsAsync<StoreStartException>(() => store.OpenAsync(None));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    // Nodes listen for notifications and hold locks by their connections, and a pooler gives those to whoever is next.
    [SkippableTheory]
    [InlineData("transaction", true)]
    [InlineData("session", true)]
    [InlineData("transaction", false)]
    public async Task A_pooler_in_between_stops_the_start_with_one_line(string mode, bool letsOptionsPass)
    {
        await using var pooler = await PgBouncer.StartAsync(_database, mode, letsOptionsPass);
        await using var store = PostgresStores.Create(pooler.Database);

        var refused = await Assert.ThrowsAsync<StoreStartException>(() => store.OpenAsync(None));

        Assert.Contains("a pooler, such as PgBouncer", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Name PostgreSQL itself", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [SkippableFact]
    public async Task A_database_of_another_program_is_left_alone()
    {
        var foreign = await _server!.CreateDatabaseAsync();
        await PostgresServer.RunAsync(foreign, "CREATE TABLE orders (id int)");
        await using var store = PostgresStores.Create(foreign);

        var refused = await Assert.ThrowsAsync<StoreStartException>(() => store.OpenAsync(None));

        Assert.Contains("tables of another program", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Each_entry_has_the_next_place_in_its_shard()
    {
        await Store.CommitAsync([.. Enumerable.Range(1, 5).Select(n => Say.Post($"text {n}")), Say.Answer("answer-to-0000001"), Say.End(6, "!")], None);

        await using var connection = await ConnectAsync();
        await using var places = new NpgsqlCommand(
            "SELECT array_agg(pos ORDER BY seq) FROM (SELECT seq, pos FROM messages UNION ALL SELECT seq, pos FROM changes) AS log", connection);
        var dense = (long[])(await places.ExecuteScalarAsync())!;
        Assert.Equal([1L, 2L, 3L, 4L, 5L, 6L, 7L], dense);
    }
}
