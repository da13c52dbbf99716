using ActorChat.Domain;
using ActorChat.Storage.Postgres;
using Npgsql;

namespace ActorChat.Storage.Tests.Postgres;

/// <summary>Several nodes on one database share one log.</summary>
public sealed class SharedLogTests : NodesOnOneDatabase
{
    [SkippableFact]
    public async Task Each_entry_has_the_next_position_in_its_shard()
    {
        var node = await NodeAsync("one");
        var posts = Enumerable.Range(1, 5).Select(n => Command.Post($"text {n}"));
        await node.CommitAsync([.. posts, Command.Answer("answer-to-0000001"), Command.End(6, "!")], None);

        await using var connection = await ConnectAsync();
        var positions = await connection.QueryAsync<long[]>(
            "SELECT array_agg(pos ORDER BY seq) FROM (SELECT seq, pos FROM messages UNION ALL SELECT seq, pos FROM changes) AS log", None);
        Assert.Equal([1L, 2L, 3L, 4L, 5L, 6L, 7L], positions!);
    }

    [Promise("P2", "P13")]
    [SkippableFact]
    public async Task Two_nodes_that_race_for_ten_thousand_keys_store_each_message_once()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        string[] keys = [.. Enumerable.Range(0, 10_000).Select(n => $"raced-{n:D14}")];

        async Task<StoreOutcome[]> SendAsync(PostgresChatStore node, int size)
        {
            var outcomes = new List<StoreOutcome>();
            foreach (var some in keys.Chunk(size)) outcomes.AddRange(await PostgresStores.UntilStoredAsync(
                node, [.. some.Select(key => Command.Post("the same", key))]));
            return [.. outcomes];
        }

        var both = await Task.WhenAll(Task.Run(() => SendAsync(one, 40)), Task.Run(() => SendAsync(two, 50)));

        for (var i = 0; i < keys.Length; i++)
        {
            Assert.Single(both, outcomes => outcomes[i] is MessageAppended);
            var seqs = both.Select(outcomes => outcomes[i] is MessageAppended { Message.Seq: var seq } ? seq
                : Assert.IsType<MessageRepeated>(outcomes[i]).Seq);
            Assert.Single(seqs.Distinct());
        }
        await using var connection = await ConnectAsync();
        await using var count = new NpgsqlCommand(
            "SELECT count(*) || ' ' || max(seq) || ' ' || max(pos) || ' ' || count(DISTINCT key) FROM messages", connection);
        Assert.Equal("10000 10000 10000 10000", await count.ExecuteScalarAsync());
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task Nodes_that_write_to_many_conversations_in_any_order_do_not_deadlock()
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
                AppendMessage[] posts =
                    [.. Enumerable.Range(0, 4).Select(_ => Command.Post("hello", to: new ConversationId($"room-{choice.Next(Rooms)}")))];
                var outcomes = await PostgresStores.UntilStoredAsync(node, posts);
                Assert.All(outcomes, outcome => Assert.IsType<MessageAppended>(outcome));
            }
        })));
        foreach (var node in nodes) await node.DisposeAsync(); // PostgreSQL publishes the statistics of a session when it ends

        await using var connection = await ConnectAsync();
        await using var ask = new NpgsqlCommand("""
            SELECT (SELECT sum(head) FROM conversations) || ' ' || (SELECT count(*) FROM messages) || ' ' ||
                   (SELECT count(DISTINCT (shard, pos)) FROM messages) || ' ' || (SELECT deadlocks FROM pg_stat_database WHERE datname = current_database())
            """, connection);
        const int All = 3 * Batches * 4;
        Assert.Equal($"{All} {All} {All} 0", await ask.ExecuteScalarAsync());
    }

    [SkippableFact]
    public async Task A_starting_node_does_not_end_the_answers_of_living_nodes()
    {
        var one = await NodeAsync("one");
        await Commit(one, Command.Post("/AIBot hello"));
        await Commit(one, Command.Answer("answer-0000000000001"));

        var two = await NodeAsync("two");

        Assert.Empty(await NewAsync(two));
        Assert.IsType<AnswerAppended>(await Commit(one, Command.End(2, "Hello.")));
    }

    [SkippableFact]
    public async Task The_running_answer_of_a_dead_node_is_ended_once_with_its_saved_text()
    {
        var (one, two, three) = (await NodeAsync("one"), await NodeAsync("two"), await NodeAsync("three"));
        await Commit(one, Command.Post("/AIBot hello"));
        await Commit(one, Command.Answer("answer-0000000000001"));
        await Commit(one, new SaveAnswerSoFar(ConversationId.Default, 2, "Hel"));
        await NewAsync(two);
        await PostgresServer.RunAsync(Database, "UPDATE messages SET claimed_by = 'a dead node' WHERE seq = 2");

        var ended = Assert.IsType<AnswerEnded>(Assert.Single(await UntilNewAsync(two)));

        Assert.Equal((2L, AnswerState.Interrupted, "Hel"), (ended.MessageSeq, ended.State, ended.Text));
        Assert.Equal([1L, 2L, 3L], (await NewAsync(three)).Select(e => e.Seq));
        // It is alive, but cannot end the answer again.
        Assert.IsType<AnswerNotRunning>(await Commit(one, Command.End(2, "Hello, I was only slow.")));
        Assert.Empty(await NewAsync(two));
    }

    static async Task<IReadOnlyList<ConversationEvent>> UntilNewAsync(ISharedLog log)
    {
        IReadOnlyList<ConversationEvent> found = [];
        await Deadline.UntilAsync(async () => (found = await NewAsync(log)).Count > 0, Deadline.Usual, () => "The log has no new entry.");
        return found;
    }

    [Promise("P13")]
    [SkippableFact]
    public async Task Nodes_that_start_together_migrate_the_database_once()
    {
        var nodes = await Task.WhenAll(Enumerable.Range(1, 4).Select(n => NodeAsync($"node {n}")));
        await Task.WhenAll(nodes.Select(node => Commit(node, Command.Post("hello"))));
        Assert.Equal(4, (await nodes[0].ReadMessagesAsync(
            ConversationId.Default, new HistoryRange(PageEdge.Before, long.MaxValue, 10), None)).Messages.Count);
    }

    [SkippableFact]
    public async Task A_node_that_was_forgotten_registers_again_by_itself()
    {
        var one = await NodeAsync("one");
        await Commit(one, Command.Post("before"));
        var stored = 1;
        Exception? forgotten = null;
        for (var tries = 0; forgotten is null && tries < 20; tries++)
        {
            await PostgresServer.RunAsync(Database, "DELETE FROM nodes; DELETE FROM writers");
            forgotten = await Record.ExceptionAsync(() => Commit(one, Command.Post("forgotten")));
            if (forgotten is null) stored++; // its lease had registered it again in between
        }
        Assert.IsType<StoreUnavailableException>(forgotten);

        // Its lease registers it again.
        Assert.Equal(stored + 1,
            Assert.IsType<MessageAppended>(await PostgresStores.UntilStoredAsync(one, Command.Post("back"))).Message.Seq);
    }

    [Promise("P4", "P13")]
    [SkippableFact]
    public async Task A_promoted_standby_that_lacks_commits_gets_one_new_epoch_for_all_nodes()
    {
        await using var primary = await PostgresServer.OwnAsync();
        Database = await primary.CreateDatabaseAsync();
        var keeper = await NodeAsync("keeper");
        await Commit(keeper, Command.Post("in the copy"));
        await using var standby = await primary.CopyAsync();
        await using (var early = PostgresStores.Create(standby.CopyOf(Database)))
            Assert.Contains("is a standby", (await Assert.ThrowsAsync<StoreStartException>(() => early.OpenAsync(
                None))).Message, StringComparison.Ordinal);
        standby.Promote();
        Database = primary.AlsoOn(standby, Database);
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        await Commit(one, Command.Post("lost with the primary"));
        await NewAsync(two);
        var before = one.Epoch;

        await primary.StopAsync();

        await UntilReplacedAsync(one);
        await UntilReplacedAsync(two);
        Assert.NotEqual(before, one.Epoch);
        Assert.Equal(one.Epoch, two.Epoch);
        Assert.Equal(2, Assert.IsType<MessageAppended>(await PostgresStores.UntilStoredAsync(
            two, Command.Post("with the seq of a lost one"))).Message.Seq);
        Assert.Equal("with the seq of a lost one", Assert.IsType<MessagePosted>(Assert.Single(await UntilNewAsync(one))).Message.Text);
    }

    [Promise("P4", "P13")]
    [SkippableFact]
    public async Task A_truncated_log_gets_one_new_epoch_for_all_nodes()
    {
        var (one, two) = (await NodeAsync("one"), await NodeAsync("two"));
        for (var n = 1; n <= 3; n++) await Commit(one, Command.Post($"text {n}"));
        await NewAsync(two);
        var before = one.Epoch;
        // The state of an older backup.
        await PostgresServer.RunAsync(Database,
            "DELETE FROM messages WHERE seq > 1; UPDATE conversations SET head = 1; UPDATE log_heads SET pos = 1 WHERE shard = 0");

        Assert.True((await two.ReadNewAsync(500, None)).Replaced);
        Assert.True((await one.ReadNewAsync(500, None)).Replaced);

        Assert.NotEqual(before, two.Epoch);
        Assert.Equal(two.Epoch, one.Epoch);
        Assert.Empty(await NewAsync(one));
    }

    static Task UntilReplacedAsync(PostgresChatStore log) => Deadline.UntilAsync(async () =>
    {
        try
        {
            return (await log.ReadNewAsync(500, None)).Replaced;
        }
        catch (StoreUnavailableException)
        {
            return false; // it is looking for the new primary
        }
    }, Deadline.Usual, () => "The node has not noticed that the log was replaced.");
}
