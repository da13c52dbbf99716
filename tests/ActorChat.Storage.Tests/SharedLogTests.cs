using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using Npgsql;
using Xunit;

namespace ActorChat.Storage.Tests;

/// <summary>Several stores on one PostgreSQL: one log, whoever writes it.</summary>
public sealed class SharedLogTests : SharedDatabase
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Promise("P2", "P13")]
    [SkippableFact]
    public async Task One_key_that_two_nodes_race_for_ten_thousand_times_is_one_message()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        string[] keys = [.. Enumerable.Range(0, 10_000).Select(n => $"raced-{n:D14}")];

        async Task<StoreOutcome[]> SendAsync(PostgresChatStore node, int size)
        {
            var outcomes = new List<StoreOutcome>();
            foreach (var some in keys.Chunk(size)) outcomes.AddRange(await PostgresStores.UntilStoredAsync(node, [.. some.Select(key => Say.Post("the same", key))]));
            return [.. outcomes];
        }

        var both = await Task.WhenAll(Task.Run(() => SendAsync(one, 40)), Task.Run(() => SendAsync(two, 50)));

        for (var i = 0; i < keys.Length; i++)
        {
            Assert.Single(both, outcomes => outcomes[i] is MessageAppended);
            var placed = both.Select(outcomes => outcomes[i] is MessageAppended { Message.Seq: var seq } ? seq : Assert.IsType<MessageRepeated>(outcomes[i]).Seq);
            Assert.Single(placed.Distinct());
        }
        await using var connection = new NpgsqlConnection(Database + ";Pooling=false");
        await connection.OpenAsync();
        await using var count = new NpgsqlCommand("SELECT count(*) || ' ' || max(seq) || ' ' || max(pos) || ' ' || count(DISTINCT key) FROM messages", connection);
        Assert.Equal("10000 10000 10000 10000", await count.ExecuteScalarAsync());
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task Nodes_that_write_to_many_conversations_in_any_order_do_not_lock_one_another_out()
    {
        const int Rooms = 50, Batches = 100;
        PostgresChatStore[] nodes = [await NodeAsync("one"), await NodeAsync("two"), await NodeAsync("three")];
        await PostgresServer.RunAsync(Database, $"""
            INSERT INTO conversations (conversation_id, created_at, updated_at, title, kind, shard)
            SELECT 'room-' || n, now(), '-infinity', 'Room', 'public', n % 16 FROM generate_series(0, {Rooms - 1}) AS n
            """);

        await Task.WhenAll(nodes.Select((node, i) => Task.Run(async () =>
        {
            var choice = new Random(i);
            for (var n = 0; n < Batches; n++)
            {
                var outcomes = await PostgresStores.UntilStoredAsync(node, [.. Enumerable.Range(0, 4).Select(_ => Say.Post("hello", to: new ConversationId($"room-{choice.Next(Rooms)}")))]);
                Assert.All(outcomes, outcome => Assert.IsType<MessageAppended>(outcome));
            }
        })));
        foreach (var node in nodes) await node.DisposeAsync(); // what a session has counted is in the statistics when it ends

        await using var connection = new NpgsqlConnection(Database + ";Pooling=false");
        await connection.OpenAsync();
        await using var ask = new NpgsqlCommand("""
            SELECT (SELECT sum(head) FROM conversations) || ' ' || (SELECT count(*) FROM messages) || ' ' ||
                   (SELECT count(DISTINCT (shard, pos)) FROM messages) || ' ' || (SELECT deadlocks FROM pg_stat_database WHERE datname = current_database())
            """, connection);
        const int All = 3 * Batches * 4;
        Assert.Equal($"{All} {All} {All} 0", await ask.ExecuteScalarAsync());
    }

    [SkippableFact]
    public async Task A_node_that_starts_leaves_the_answers_of_the_living_alone()
    {
        var one = await NodeAsync("one");
        await Commit(one, Say.Post("/AIBot hello"));
        await Commit(one, Say.Answer("answer-0000000000001"));

        var two = await NodeAsync("two");

        Assert.Empty(await NewAsync(two));
        Assert.IsType<AnswerAppended>(await Commit(one, Say.End(2, "Hello.")));
    }

    [SkippableFact]
    public async Task The_answer_of_a_node_that_is_missed_is_closed_once_by_those_that_are_there_with_what_was_saved_of_it()
    {
        var (one, two, three) = (await NodeAsync("one"), await NodeAsync("two"), await NodeAsync("three"));
        await Commit(one, Say.Post("/AIBot hello"));
        await Commit(one, Say.Answer("answer-0000000000001"));
        await Commit(one, new SaveAnswerSoFar(ConversationId.Default, 2, "Hel"));
        await NewAsync(two);
        await PostgresServer.RunAsync(Database, "UPDATE messages SET claimed_by = 'a node that is no more' WHERE seq = 2");

        var ended = Assert.IsType<AnswerEnded>(Assert.Single(await UntilNewAsync(two)));

        Assert.Equal((2L, AnswerState.Interrupted, "Hel"), (ended.MessageSeq, ended.State, ended.Text));
        Assert.Equal([1L, 2L, 3L], (await NewAsync(three)).Select(e => e.Seq));
        Assert.IsType<AnswerNotRunning>(await Commit(one, Say.End(2, "Hello, I was only slow."))); // it comes back, and cannot say another thing
        Assert.Empty(await NewAsync(two));
    }

    static async Task<IReadOnlyList<ConversationEvent>> UntilNewAsync(ISharedLog log)
    {
        for (var since = System.Diagnostics.Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            if (await NewAsync(log) is { Count: > 0 } found) return found;
            Assert.True(since.Elapsed < Patience, "Nobody closed the answer.");
        }
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task Nodes_that_start_at_the_same_moment_prepare_the_database_once()
    {
        var nodes = await Task.WhenAll(Enumerable.Range(1, 4).Select(n => NodeAsync($"node {n}")));
        await Task.WhenAll(nodes.Select(node => Commit(node, Say.Post("hello"))));
        Assert.Equal(4, (await nodes[0].ReadMessagesAsync(ConversationId.Default, new HistoryRange(PageEdge.Before, long.MaxValue, 10), None)).Messages.Count);
    }

    [SkippableFact]
    public async Task A_node_that_was_away_for_so_long_that_it_is_forgotten_comes_back_by_itself()
    {
        var one = await NodeAsync("one");
        await Commit(one, Say.Post("before"));
        var stored = 1;
        Exception? forgotten = null;
        for (var tries = 0; forgotten is null && tries < 20; tries++)
        {
            await PostgresServer.RunAsync(Database, "DELETE FROM nodes; DELETE FROM writers");
            forgotten = await Record.ExceptionAsync(() => Commit(one, Say.Post("forgotten")));
            if (forgotten is null) stored++; // its beat had registered it again in between
        }
        Assert.IsType<StoreUnavailableException>(forgotten);

        Assert.Equal(stored + 1, Assert.IsType<MessageAppended>(await PostgresStores.UntilStoredAsync(one, Say.Post("back"))).Message.Seq); // its next beat registers it
    }

    [Promise("P4", "P13")]
    [SkippableFact]
    public async Task A_promoted_standby_that_lacks_commits_is_another_log_and_all_nodes_agree_on_its_epoch()
    {
        await using var primary = await PostgresServer.OwnAsync();
        Database = await primary.CreateDatabaseAsync();
        var keeper = await NodeAsync("keeper");
        await Commit(keeper, Say.Post("in the copy"));
        await using var standby = await primary.CopyAsync();
        await using (var early = PostgresStores.Create(standby.CopyOf(Database)))
            Assert.Contains("is a standby", (await Assert.ThrowsAsync<StoreStartException>(() => early.OpenAsync(None))).Message, StringComparison.Ordinal);
        standby.Promote();
        Database = primary.AlsoOn(standby, Database);
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        await Commit(one, Say.Post("lost with the primary"));
        await NewAsync(two);
        var before = one.Epoch;

        await primary.StopAsync();

        Assert.True((await UntilReplacedAsync(one)).Replaced);
        Assert.True((await UntilReplacedAsync(two)).Replaced);
        Assert.NotEqual(before, one.Epoch);
        Assert.Equal(one.Epoch, two.Epoch);
        Assert.Equal(2, Assert.IsType<MessageAppended>(await PostgresStores.UntilStoredAsync(two, Say.Post("in the place of another"))).Message.Seq);
        Assert.Equal("in the place of another", Assert.IsType<MessagePosted>(Assert.Single(await UntilNewAsync(one))).Message.Text);
    }

    [Promise("P4", "P13")]
    [SkippableFact]
    public async Task A_log_that_has_gone_back_is_another_log()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        for (var n = 1; n <= 3; n++) await Commit(one, Say.Post($"text {n}"));
        await NewAsync(two);
        var before = one.Epoch;
        await PostgresServer.RunAsync(Database, "DELETE FROM messages WHERE seq > 1; UPDATE conversations SET head = 1; UPDATE log_heads SET pos = 1 WHERE shard = 0"); // as an older state of it has it

        Assert.True((await two.ReadNewAsync(500, None)).Replaced);
        Assert.True((await one.ReadNewAsync(500, None)).Replaced);

        Assert.NotEqual(before, two.Epoch);
        Assert.Equal(two.Epoch, one.Epoch);
        Assert.Empty(await NewAsync(one));
    }

    static async Task<NewEntries> UntilReplacedAsync(PostgresChatStore log)
    {
        for (var since = System.Diagnostics.Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                if (await log.ReadNewAsync(500, None) is { Replaced: true } news) return news;
            }
            catch (StoreUnavailableException)
            {
                // It is looking for the new primary.
            }
            Assert.True(since.Elapsed < Patience, "It has not noticed.");
        }
    }
}
